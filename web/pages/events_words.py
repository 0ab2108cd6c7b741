"""What happened to an event, in words: what came of it, what each rule said, and what was done."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.model.rules import Did, Said
from web.i18n import mark


@dataclass(frozen=True, slots=True)
class Word:
    word: str
    kind: str = ""  # of a chip
    icon: str = ""


DID: Mapping[str, Word] = {
    Did.NONE: Word(mark("No rule fits"), "", "circle-minus"),
    Did.CREATED: Word(mark("An interest was created"), "good", "circle-check"),
    Did.LINKED: Word(mark("Linked to an interest"), "good", "link"),
    Did.DECLINED: Word(mark("Declined"), "", "circle-slash"),
    Did.HELD: Word(mark("Left to a person"), "warn", "pause"),
    Did.WAITS: Word(mark("Waits for a choice"), "warn", "circle-question-mark"),
    Did.TASK: Word(mark("A task was set"), "info", "square-check"),
    Did.ASSIGNED: Word(mark("Given to somebody"), "info", "user"),
    Did.LATE: Word(mark("A person was quicker"), "", "user"),
}
IN_CHATS: Mapping[str, str] = {
    "message": mark("Message"),
    "command": mark("Command"),
    "edit": mark("Edit of a message"),
    "delete": mark("Deletion of a message"),
    "button": mark("Button pressed"),
    "status": mark("Status of our message"),
    "started": mark("Dialogue opened"),
    "blocked": mark("Our bot blocked"),
    "unblocked": mark("Our bot allowed again"),
    "malformed": mark("Could not be understood"),
}
SAID: Mapping[str, Word] = {
    Said.ELSEWHERE: Word(mark("not of its channels"), "", "circle-minus"),
    Said.NO: Word(mark("does not fit"), "", "x"),
    Said.YES: Word(mark("fits"), "good", "check"),
    Said.OVERRULED: Word(mark("fits, but came too late"), "info", "circle-slash"),
    Said.BROKEN: Word(mark("cannot be asked"), "bad", "triangle-alert"),
    Said.LOOPING: Word(mark("stopped: it runs in circles"), "bad", "refresh-cw"),
}
WHY: Mapping[str, str] = {
    "own": mark("it comes from ourselves"),
    "too-often": mark("it fits too often for one sender"),
    "stopped": mark("a rule before it lets no other speak"),
    "decided": mark("a rule before it has decided otherwise"),
    "bad-expression": mark("its expression cannot be read"),
    "no-such-outcome": mark("what it wants done is not known any more"),
    "no-such-condition": mark("one of its conditions is not known any more"),
    "no-such-choice": mark("one of its values is not known any more"),
    "value-missing": mark("one of its conditions has no value"),
    "name-missing": mark("one of its conditions does not say which field"),
    "op-does-not-fit": mark("one of its conditions compares what cannot be compared"),
    "several-parties": mark("several clients have these keys"),
    "nobody-to-link": mark("nobody we know has these keys"),
    "no-open-interest": mark("the client has no open interest"),
    "several-open-interests": mark("the client has several open interests"),
    "alike": mark("clients like them are known"),
    "no-such-status": mark("the status it names is gone"),
}
