"""Text that a container's author chose, made harmless for terminals and pages.

Names, labels and commands come from whoever made the container. A control character among
them can move the cursor, clear the screen or retitle a terminal; a bidirectional mark can turn
a name around. All of them are shown, as symbols, never sent.
"""

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
_LINE_SEPARATORS = [0x2028, 0x2029]
_BIDIRECTIONAL = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_INVISIBLE = [0x00AD, 0x200B, 0x2060, 0xFEFF]
_SHORT = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}


def _symbol(code: int) -> str:
    if code in _SHORT:
        return _SHORT[code]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


_SYMBOLS = {
    code: _symbol(code)
    for code in (
        *_CONTROLS,
        *_LINE_SEPARATORS,
        *_BIDIRECTIONAL,
        *_INVISIBLE,
        *range(0xD800, 0xE000),
    )
}
_CELL_SYMBOLS = _SYMBOLS | {code: f"\\x{code:02x}" for code in _CONTROLS}


def visible(text: str) -> str:
    """The text on one line, with every control, bidirectional and invisible mark as a symbol."""
    return text if text.isprintable() else text.translate(_SYMBOLS)


def without_controls(text: str) -> str:
    r"""As `visible`, with tabs and line ends as `\x09` and the like too."""
    return text if text.isprintable() else text.translate(_CELL_SYMBOLS)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and how much was left out where it is longer than `most`."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text) - most:,} more characters)"
