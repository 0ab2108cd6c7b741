"""What SIPp plays, as scenario files made of a few pieces: outside callers, and phones.

Square brackets are SIPp's own keywords, filled in by it. Durations are milliseconds.
"""

from typing import Literal

CallerEnds = Literal["bye", "waits", "cancel", "refused"]
PhoneMode = Literal["answer", "busy", "decline"]

_SDP = """\
v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_CONTACT = "Contact: <sip:[local_ip]:[local_port]>"
_EMPTY = "Content-Length: 0\n"
_WITH_SDP = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{_SDP}"
_LAST = "[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n[last_CSeq:]\n"
_OK = "SIP/2.0 200 OK\n" + _LAST.format(tag="") + _EMPTY
_REFUSALS = (403, 404, 480, 486, 487, 500, 503, 600, 603)


def caller(ends: CallerEnds, *, number: str | None, name: str, talk_ms: int, ring_ms: int, digit: str) -> str:
    """Somebody outside who calls. `bye`: hangs up after `talk_ms` of talk; `waits`: lets the PBX end the
    call; `cancel`: gives up after `ring_ms` of ringing; `refused`: expects not to get through.
    Without a number it is withheld. `digit` is pressed in a voice menu."""
    script = _Caller(number, name)
    progress = "".join(_recv_response(code, 'optional="true"') for code in (100, 180, 183))
    if ends == "cancel":
        talk = (
            _recv_response(100, 'optional="true"') + _recv_response(180) + _pause(ring_ms) + script.gives_up()
        )
    elif ends == "refused":
        *others, last = _REFUSALS
        refusals = "".join(_recv_response(code, 'optional="true" next="1"') for code in others)
        talk = progress + refusals + _recv_response(last) + '<label id="1"/>' + script.acknowledges_refusal()
    else:
        pressed = _pause(700) + script.presses(digit) if digit else ""
        end = _pause(talk_ms) + script.says_bye() if ends == "bye" else _recv_request("BYE") + _send(_OK)
        talk = progress + _recv_response(200, 'rrs="true"') + script.acknowledges() + pressed + end
    return _scenario("caller", script.invites() + talk)


class _Caller:
    """The requests of one caller; they share From, To and Call-ID."""

    def __init__(self, number: str | None, name: str) -> None:
        display = f'"{name}" ' if name else ""
        shown = f"{display}<sip:{number}@[local_ip]:[local_port]>"
        self.sender = (
            shown if number else '"Anonymous" <sip:anonymous@anonymous.invalid>'
        ) + ";tag=[pid]c[call_number]"
        self.privacy = "" if number else "Privacy: id\n"

    def request(
        self,
        method: str,
        cseq: str,
        *,
        tag: str = "[peer_tag_param]",
        branch: str = "[branch]",
        rest: str = _EMPTY,
    ) -> str:
        return (
            f"{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n"
            f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}\n"
            f"From: {self.sender}\nTo: <sip:[service]@[remote_ip]:[remote_port]>{tag}\nCall-ID: [call_id]\n"
            f"CSeq: {cseq}\n{_CONTACT}\nMax-Forwards: 70\n{rest}"
        )

    def invites(self) -> str:
        return _send(
            self.request("INVITE", "1 INVITE", tag="", rest=self.privacy + _WITH_SDP), retransmit=True
        )

    def acknowledges(self) -> str:
        return _send(self.request("ACK", "1 ACK"))

    def acknowledges_refusal(self) -> str:
        return _send(
            "ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n[last_Via:]\n[last_From:]\n[last_To:]\n"
            f"Call-ID: [call_id]\nCSeq: 1 ACK\nMax-Forwards: 70\n{_EMPTY}"
        )

    def gives_up(self) -> str:
        """CANCEL, and the ACK to 487, carry the branch of the INVITE: SIPp counts back to it."""
        cancel = self.request("CANCEL", "1 CANCEL", tag="", branch="[branch-4]")
        acknowledged = self.request("ACK", "1 ACK", branch="[branch-7]")
        return (
            _send(cancel, retransmit=True) + _recv_response(200) + _recv_response(487) + _send(acknowledged)
        )

    def presses(self, digit: str) -> str:
        body = (
            f"Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal={digit}\nDuration=160\n"
        )
        return _send(self.request("INFO", "2 INFO", rest=body), retransmit=True) + _recv_response(200)

    def says_bye(self) -> str:
        return _send(self.request("BYE", "20 BYE"), retransmit=True) + _recv_response(200)


_HEARD = """\
<recv request="INVITE" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="their_from"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="our_to"/>
<ereg regexp="sip:[^>;]*" search_in="hdr" header="Contact:" assign_to="their_uri"/>
<ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="invite_cseq"/>
</action></recv>
<Reference variables="their_from,our_to,their_uri,invite_cseq"/>
"""
_TAG = ";tag=[pid]p[call_number]"
_REFUSES = {"busy": "486 Busy Here", "decline": "603 Decline"}


def phone(mode: PhoneMode, *, ring_ms: int | None, talk_ms: int | None, transfer_to: str) -> str:
    """Somebody's phone. It rings `ring_ms` (None: until the PBX cancels) and then does what `mode` says;
    it may be cancelled at any time before. Having answered, it hangs up after `talk_ms` (None: waits for
    the other side), or then hands the call on to the SIP address `transfer_to` by REFER."""
    if mode != "answer":
        talk = _send(_reply(_REFUSES[mode]), retransmit=True) + _recv_request("ACK")
    elif transfer_to:
        talk = _answers() + _pause(talk_ms or 0) + _refers(transfer_to)
    elif talk_ms is not None:
        talk = _answers() + _pause(talk_ms) + _our_request("BYE", 1) + _recv_response(200)
    else:
        talk = _answers() + _waits_for_bye()
    return _scenario(
        "phone", _HEARD + _send(_reply("180 Ringing")) + _unless_cancelled(ring_ms) + talk + '<label id="9"/>'
    )


def _unless_cancelled(ring_ms: int | None) -> str:
    """While it rings the PBX may take the call away; then the scenario is over (label 9)."""
    limit = "" if ring_ms is None else f'timeout="{max(ring_ms, 1)}" ontimeout="1"'
    cancelled = "SIP/2.0 200 OK\n" + _LAST.format(tag=_TAG) + _EMPTY
    return (
        _recv_request("CANCEL", limit)
        + _send(cancelled)
        + _send(_reply("487 Request Terminated"), retransmit=True)
        + _recv_request("ACK", 'next="9"')
        + '<label id="1"/>'
    )


def _answers() -> str:
    return _send(_reply("200 OK", _WITH_SDP), retransmit=True) + _recv_request("ACK")


def _waits_for_bye() -> str:
    """A re-INVITE may come first, when the PBX moves the media."""
    ok_with_sdp = "SIP/2.0 200 OK\n" + _LAST.format(tag="") + f"{_CONTACT}\n{_WITH_SDP}"
    return (
        '<label id="2"/>'
        + _recv_request("INVITE", 'optional="true" next="3"')
        + _recv_request("ACK", 'optional="true" next="2"')
        + _recv_request("BYE", 'next="4"')
        + '<label id="3"/>'
        + _send(ok_with_sdp, 'next="2"')
        + '<label id="4"/>'
        + _send(_OK)
    )


def _refers(target: str) -> str:
    """Asterisk tells by NOTIFY how the transfer goes, and leaves the BYE to the phone."""
    return (
        _our_request("REFER", 1, f"Refer-To: <{target}>\nReferred-By: <sip:[local_ip]:[local_port]>\n")
        + _recv_response(202)
        + '<label id="5"/>'
        + _recv_request("NOTIFY", 'timeout="2500" ontimeout="6"')
        + _send(_OK, 'next="5"')
        + '<label id="6"/>'
        + _our_request("BYE", 2)
        + _recv_response(200)
    )


def _reply(status: str, rest: str = _EMPTY) -> str:
    """The INVITE's CSeq, since by now the last request heard may be another."""
    return (
        f"SIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:]{_TAG}\n[last_Call-ID:]\n"
        f"CSeq:[$invite_cseq]\n{_CONTACT}\n{rest}"
    )


def _our_request(method: str, cseq: int, extra: str = "") -> str:
    return _send(
        f"{method} [$their_uri] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        f"From:[$our_to]{_TAG}\nTo:[$their_from]\n[last_Call-ID:]\nCSeq: {cseq} {method}\n"
        f"{_CONTACT}\nMax-Forwards: 70\n{extra}{_EMPTY}",
        retransmit=True,
    )


def _scenario(name: str, steps: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="{name}">\n{steps}\n</scenario>\n'


def _send(message: str, attributes: str = "", *, retransmit: bool = False) -> str:
    attributes += ' retrans="500"' if retransmit else ""
    return f"<send {attributes}><![CDATA[\n\n{message}\n\n]]></send>\n"


def _recv_response(code: int, attributes: str = "") -> str:
    return f'<recv response="{code}" {attributes}/>\n'


def _recv_request(method: str, attributes: str = "") -> str:
    return f'<recv request="{method}" {attributes}/>\n'


def _pause(ms: int) -> str:
    return f'<pause milliseconds="{ms}"/>\n'
