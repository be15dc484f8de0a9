"""`python -m tests.golden` adds lines for facts that have got a new kind or a new field.

Lines are only ever added from the first release on: stores keep what was written under them.
"""

import msgspec

from domain.facts import FACTS
from tests.golden.samples import LINES, golden_lines, golden_of, sample_of

if __name__ == "__main__":
    known = {(line.topic, line.state) for line in golden_lines()} if LINES.exists() else set()
    wanted = [golden_of(sample_of(kind)) for kind in FACTS]
    new = [line for line in wanted if (line.topic, line.state) not in known]
    with LINES.open("ab") as file:
        file.writelines(msgspec.json.encode(line) + b"\n" for line in new)
    print(f"{len(new)} lines added")
