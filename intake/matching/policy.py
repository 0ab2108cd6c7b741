"""The numbers that people argue about: what a mistake costs, what a likeness is worth, where it stops.

Tuned on one seed of tests/bench/names and reported on another; docs/benchmarks.md says what came out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    # what one mistake in a word costs; 1 is a letter put, left out or taken for another
    neighbour_key: float = 0.75
    sound_alike: float = 0.65
    swapped: float = 0.7
    doubled: float = 0.5
    first_letter: float = 1.25  # times
    digit: float = 1.6  # times: another number is another thing
    # how alike two words are that are not equal, 0 … 1
    same_sound: float = 0.95
    other_name: float = 0.86
    initial: float = 0.7
    initial_stored: float = 0.45  # … when it is the stored word that is so short
    beginning: float = 0.905  # and up to 0.955, the more of the word is there
    glued: float = 0.93
    glued_first: float = 0.06  # more, when it is asked which words belong together
    letters_a_mistake: float = 2.0  # letters a word must have for each whole mistake in it
    part: float = 0.86  # and up to 0.96
    rest_of_word: float = 0.05
    rest_of_part: float = 0.10
    begins_by_sound: float = 0.93  # times: with other letters
    # words and records
    everybody: int = 20  # a word in one of 2**20 names tells this much …
    tells_least: float = 3.0  # … one in nearly all of them, this
    tells_most: float = 15.0
    unmatched_record: float = 0.06  # share of a record's words that the query does not mention, times this
    out_of_order: float = 0.01
    related: float = 0.9  # times: a word of the contact's company, beside one of their own
    led_by_related: float = 0.4  # … while nothing of their own is known yet
    whole_word: int = 5  # letters; a shorter word tells less
    # where it stops
    longest_query: int = 12  # words
    alike_words: int = 32  # of the vocabulary for one word of the query
    near_words: int = 24  # … compared letter by letter to choose those
    beginnings: int = 64  # more that begin with it
    sound_beginnings: int = 32  # more that begin with its sounds
    least_alike: float = 0.6  # worth of a word that is looked for; less is only told from others
    common: int = 100  # names that have a word; one so common is taken for a slip only where it leads nowhere
    literal_words: int = 500  # … in the three literal modes
    shared_pieces: float = 0.4  # of a word's pieces, that another must have to be compared with it
    walked: int = 10_000  # records looked through; a word in more of them only adds to who was found
    ranked: int = 40  # records compared letter by letter …
    ranked_surely: int = 16  # … of whom so many, if their words are worth
    near_best: float = 0.5  # this share of the best one's, and the rest if they are worth
    as_good: float = 0.8  # this one
    short_word: int = 4  # letters; one that nobody is called by is taken for a beginning, or an initial
    seen_for_short: int = 400  # records looked at for those, which no list knows, or too many
    well: float = 0.9  # likeness of a record from which nobody likelier is looked for by dearer ways
    well_word: float = 0.8  # … of a word
    enough: float = 0.5  # likeness of the whole below which nobody is shown
    enough_mistyped: float = 0.7  # … if any letter is wrong
    most_mistakes: int = 3  # letters that may be wrong in whoever is shown …
    letters_each: float = 6.0  # … and one more for each so many, when there are more letters


POLICY = Policy()
