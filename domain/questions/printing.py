"""Names as they may be printed: what engines and files call things can hold anything."""


def printable(text: str) -> str:
    """The text with everything that a terminal or a viewer would obey written out.

    Control characters, escapes and marks that turn the direction of writing become `\\u001b`.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
