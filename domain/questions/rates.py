"""Whether two rates differ: the exact test of two Poisson rates, with the standard library.

Given how many events there were in all, how many of them fall to the first of two stretches is
binomial with the stretch's share of the time, if both have the same rate. The p-value is twice
that of the smaller tail: it never jumps when one of the times changes a little, as it does where
all outcomes that are no more likely than the observed one are added up.
"""

from math import exp, fsum, lgamma, log


def rates_differ(before: int, time_before: float, after: int, time_after: float) -> float:
    """The probability of counts at least as uneven as these, were the rates the same.

    1.0 where nothing was observed or one of the times is zero: nothing can be told then.
    """
    total = before + after
    if total == 0 or time_before <= 0 or time_after <= 0:
        return 1.0
    whole = log(time_before + time_after)
    shares = log(time_before) - whole, log(time_after) - whole
    fewer = fsum(_likelihood(count, total, *shares) for count in range(before + 1))
    more = fsum(_likelihood(count, total, *shares) for count in range(before, total + 1))
    return min(1.0, 2 * min(fewer, more))


def _likelihood(count: int, total: int, share: float, rest: float) -> float:
    """The binomial probability of that many out of a total; the shares are logarithms."""
    ways = lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
    return exp(ways + count * share + (total - count) * rest)
