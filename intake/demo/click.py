"""The life of a call that somebody makes by a click in the simulator."""

from intake.demo.ride import PICKUP, Leg, Plan, Ride
from intake.demo.switch import RINGING, UNKNOWN, UP, Channel, Party

ABROAD = 2.0  # seconds an outside phone rings before it answers
CLICK_TALK = 20.0  # seconds that a call made by click lasts


class Outgoing(Ride):
    """A click to call: our own phone first, then the outside party."""

    async def run(self, extension: str, number: str, call_id: str, action_id: str) -> None:
        """Live through the whole of it; the click is answered by an OriginateResponse."""
        phone = self._phone(extension, number, call_id)
        order = await self._wait(PICKUP)
        if order is not None and order.what == "hang_up":
            self._respond(phone, number, action_id, "Failure", "3")
            self._switch.dial("DialEnd", None, phone, ("DialStatus", "NOANSWER"))
            return self._switch.hang_up(phone)
        self._respond(phone, number, action_id, "Success", "4")
        self._switch.state(phone, UP)
        self._switch.dial("DialEnd", None, phone, ("DialStatus", "ANSWER"))
        return await self._dial_out(phone, extension, number)

    def _phone(self, extension: str, number: str, call_id: str) -> Channel:
        switch = self._switch
        phone = switch.new(Party(extension, extension, self._phones[extension]), uniqueid=call_id)
        phone.number = phone.connected_number = number
        phone.caller_name = phone.connected_name = number
        switch.say("NewCallerid", phone.headers(), [("CID-CallingPres", "0 (Presentation Allowed)")])
        switch.state(phone, RINGING)
        switch.dial("DialBegin", None, phone, ("DialString", extension))
        switch.dial("DialState", None, phone, ("DialStatus", "RINGING"))
        return phone

    def _respond(self, phone: Channel, number: str, action_id: str, response: str, reason: str) -> None:
        about = [("Context", phone.context), ("Exten", number), ("Reason", reason)]
        who = [("Channel", phone.name), *about, ("Uniqueid", phone.uniqueid)]
        self._switch.say("OriginateResponse", [("ActionID", action_id), ("Response", response)], who)

    async def _dial_out(self, phone: Channel, extension: str, number: str) -> None:
        switch = self._switch
        phone.number, phone.caller_name, phone.exten = extension, self._phones[extension], number
        phone.application = "Dial"
        outside = switch.new(Party("trunk", number, UNKNOWN, "from-trunk"), number, linkedid=phone.linkedid)
        self.outside = outside
        self.legs.append(leg := Leg(outside))
        switch.dial("DialBegin", phone, outside, ("DialString", f"{number}@trunk"))
        self._rings(phone, leg)
        order = await self._wait(ABROAD)
        if order is not None:
            self._stop(phone, leg, "CANCEL", 16)
            self._record(phone, self.legs)
            return switch.hang_up(phone)
        self._pick_up(phone, leg)
        await self._go_on(outside, Leg(phone), Plan(talk=CLICK_TALK))
        self._record(phone, self.legs)
        return switch.hang_up(outside)
