"""Words that a command line may have, with a liking for what means something to somebody."""

from hypothesis import strategies as st

_MEANING = (
    *("%", "%%", "%h", "$", "$$", "$HOME", "${HOME}", "\\", '"', "'", " ", ";", "#", "\\x41"),
    *("\\n", "-", "@", "!", "=", "&", "<", "]]>", "*", "~", "\u2028", "\xa0", "é", "🚢", "|", "^"),
)

words = st.lists(
    st.one_of(
        st.sampled_from(_MEANING),
        # What no definition can hold is declined before.
        st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    ),
    max_size=8,
).map("".join)
