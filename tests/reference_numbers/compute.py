#!/usr/bin/env python3
"""Computes the figures of lua/bakeoff/stats with SciPy and NumPy, or from a definition that the Lua code does not
use, and writes inputs and results to numbers.lua beside this file. lua.stats_references compares.

    python3 tests/reference_numbers/compute.py      # needs SciPy: python3-scipy, or pip install scipy
"""

import itertools
import math
import os
import platform
import random

import numpy as np
import scipy
from scipy import optimize, stats

LEVEL = 0.95
RANDOM = random.Random(20)


def normals(count, middle=0.0, spread=1.0):
    """Values with few digits, so that the file stays readable and inputs are exact."""
    return [round(RANDOM.gauss(middle, spread), 4) for _ in range(count)]


def times(count, middle=1.0, spread=0.05):
    return [round(middle * math.exp(spread * RANDOM.gauss(0, 1)), 4) for _ in range(count)]


def with_ties(count):
    return [float(RANDOM.randint(1, 6)) for _ in range(count)]


# --- quantiles and intervals of medians ---------------------------------------------------------------


def quantile_case(values):
    shares = [0, 0.05, 0.25, 0.5, 0.9, 0.99, 1]
    return {"values": values, "shares": shares,
            "quantiles": list(np.quantile(values, shares, method="linear")),
            "mad": stats.median_abs_deviation(values)}


def interval_case(values):
    """Hettmansperger and Sheather; the outer order statistics are those of the usual interval without
    interpolation, whose rank is a quantile of the binomial distribution."""
    ordered, count = sorted(values), len(values)
    rank = int(stats.binom.ppf((1 - LEVEL) / 2, count, 0.5))

    def coverage(place):
        return 1 - 2 * stats.binom.cdf(place - 1, count, 0.5)

    part = (coverage(rank) - LEVEL) / (coverage(rank) - (coverage(rank + 1) if 2 * rank < count else 0))
    share = (count - rank) * part / (rank + (count - 2 * rank) * part)
    low = (1 - share) * ordered[rank - 1] + share * ordered[rank]
    high = (1 - share) * ordered[count - rank] + share * ordered[count - rank - 1]
    return {"values": values, "low": low, "high": high, "outer_low": ordered[rank - 1],
            "outer_high": ordered[count - rank]}


# --- tests --------------------------------------------------------------------------------------------


def cut_of(count):
    return 0 if count < 5 else max(count // 10, 1)


def trimmed(values):
    """Mean, standard error and degrees of freedom, with SciPy's trimming and winsorising."""
    count, cut = len(values), cut_of(len(values))
    kept = count - 2 * cut
    share = (cut + 0.5) / count if cut else 0
    squares = np.var(np.asarray(stats.mstats.winsorize(np.array(values), (share, share)))) * count
    return stats.trim_mean(values, share), math.sqrt(squares / (kept * (kept - 1))), kept - 1


def trimmed_case(values, margin):
    mean, error, freedom = trimmed(values)
    below = stats.t.sf((mean + margin) / error, freedom)
    above = stats.t.cdf((mean - margin) / error, freedom)
    return {"values": values, "margin": margin, "t": mean / error,
            "p": 2 * stats.t.sf(abs(mean / error), freedom), "p_below": below, "p_above": above}


def yuen_case(first, second):
    """Equal sizes, so that one share trims both. The Lua code rounds the degrees of freedom down."""
    share = (cut_of(len(first)) + 0.5) / len(first)
    t = stats.ttest_ind(first, second, trim=share, equal_var=False).statistic
    (_, one, of_one), (_, two, of_two) = trimmed(first), trimmed(second)
    freedom = (one ** 2 + two ** 2) ** 2 / (one ** 4 / of_one + two ** 4 / of_two)
    return {"first": first, "second": second, "t": t, "p": 2 * stats.t.sf(abs(t), math.floor(freedom))}


def rank_case(first, second, method):
    found = stats.mannwhitneyu(first, second, method=method, use_continuity=True)
    return {"first": first, "second": second, "method": "exact" if method == "exact" else "normal",
            "u": found.statistic, "p": found.pvalue}


def holm_case(values, weights):
    """Holm's method from its definition: a hypothesis falls if the (weighted) Bonferroni test rejects every
    intersection of hypotheses that contains it."""
    adjusted = [0.0] * len(values)
    for size in range(1, len(values) + 1):
        for subset in itertools.combinations(range(len(values)), size):
            total = sum(weights[i] for i in subset)
            p = min(1.0, min(values[i] * total / weights[i] for i in subset))
            for i in subset:
                adjusted[i] = max(adjusted[i], p)
    return {"values": values, "weights": weights, "adjusted": adjusted}


def trend_case(values):
    """The exact p is SciPy's; with ties or many values, the normal approximation with its corrections."""
    count, ties = len(values), np.unique(values, return_counts=True)[1]
    s = sum(np.sign(b - a) for a, b in itertools.combinations(values, 2))
    if count <= 20 and max(ties) == 1:
        p = stats.kendalltau(range(count), values, method="exact").pvalue
    else:
        variance = (count * (count - 1) * (2 * count + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
        p = 2 * stats.norm.sf(max(abs(s) - 1, 0) / math.sqrt(variance))
    return {"values": values, "s": float(s), "p": p,
            "slope": stats.theilslopes(values, range(1, count + 1)).slope}


def lag_case(values):
    count, ranks = len(values), stats.rankdata(values)
    centred = ranks - ranks.mean()
    r = float(np.dot(centred[:-1], centred[1:]) / np.dot(centred, centred))
    z = (r + 1 / count) * count * math.sqrt(count - 1) / (count - 2)
    return {"values": values, "r": r, "p": stats.norm.sf(z)}


# --- laws of scaling -----------------------------------------------------------------------------------


def law_case(counts, measured, name):
    """Least squares of relative errors without negative shares, by an iterative solver."""
    n, t = np.array(counts, float), np.array(measured)
    columns = [1 / n, (n - 1) / n] + ([n - 1] if name == "usl" else [])
    found, _ = optimize.nnls(np.column_stack(columns) / t[:, None], np.ones(len(n)))
    return {"law": name, "counts": counts, "times": measured, "one": found[0], "sigma": found[1] / found[0],
            "kappa": found[2] / found[0] if name == "usl" else 0.0}


def law_times(counts, sigma, kappa, spread):
    return [round((1 / n + sigma * (n - 1) / n + kappa * (n - 1)) * (1 + RANDOM.gauss(0, spread)), 5)
            for n in counts]


# --- distributions --------------------------------------------------------------------------------------


def distribution_cases():
    return {
        "normal": [{"z": z, "p": stats.norm.cdf(z)} for z in (-9.5, -4.01, -3.99, -1.3, 0.0, 0.7, 3.2, 5.0)],
        "quantile": [{"p": p, "z": stats.norm.ppf(p)} for p in (1e-8, 0.0013, 0.2, 0.5, 0.8, 0.975, 0.9999)],
        "student": [{"t": t, "freedom": f, "p": 2 * stats.t.sf(abs(t), f)}
                    for t in (0.1, -1.7, 3.3, 12.0) for f in (1, 2, 5, 8, 31)],
        "hypergeometric": [{"at_least": k, "drawn": d, "marked": m, "total": n,
                            "p": stats.hypergeom.sf(k - 1, n, m, d)}
                           for k, d, m, n in ((1, 5, 3, 40), (3, 8, 6, 60), (4, 10, 9, 100), (0, 3, 2, 9))],
    }


def all_cases():
    counts = [1, 2, 4, 8, 16, 32]
    return {
        "quantiles": [quantile_case(normals(n)) for n in (1, 2, 5, 10, 27)],
        "intervals": [interval_case(normals(n)) for n in (6, 7, 10, 15, 20, 33, 50)],
        "trimmed": [trimmed_case(normals(n, 0.02, 0.05), 0.03) for n in (6, 10, 25)],
        "yuen": [yuen_case(normals(n), normals(n, 0.8, 2)) for n in (6, 12, 20)],
        "ranks": [rank_case(normals(6), normals(6, 1.5), "exact"), rank_case(normals(9), normals(14), "exact"),
                  rank_case(with_ties(12), with_ties(15), "asymptotic")],
        "holm": [holm_case([0.011, 0.3, 0.004, 0.04, 0.0125, 0.9], [1.0] * 6),
                 holm_case([0.011, 0.3, 0.004, 0.04, 0.0125, 0.9], [4.0, 1.0, 0.5, 2.0, 1.0, 3.0])],
        "trends": [trend_case(normals(n)) for n in (8, 20, 30)] + [trend_case(with_ties(12))],
        "lags": [lag_case(normals(8)), lag_case(list(np.round(np.cumsum(normals(20)), 4))), lag_case(with_ties(15))],
        "laws": [law_case(counts, law_times(counts, 0.05, 0.001, 0.02), "usl"),
                 law_case(counts, law_times(counts, 0.0, 0.0, 0.05), "usl"),
                 law_case(counts, law_times(counts, 0.2, 0.0, 0.03), "amdahl")],
        **distribution_cases(),
    }


# --- the Lua table --------------------------------------------------------------------------------------


def lua(value):
    if isinstance(value, str):
        return '"%s"' % value
    if isinstance(value, dict):
        return "{ " + ", ".join("%s = %s" % (key, lua(one)) for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "{ " + ", ".join(lua(one) for one in value) + " }"
    return repr(value.item() if isinstance(value, np.generic) else value)


def wrapped(text, indent, width=108):
    """Lines no longer than width, broken after commas."""
    lines, line = [], indent
    for part in text.split(", "):
        piece = part + ", "
        if len(line) + len(piece) > width and line.strip():
            lines.append(line.rstrip())
            line = indent + "   "
        line += piece
    lines.append(line.rstrip())
    return lines


def main():
    lines = ["--- Inputs, and what SciPy %s and NumPy %s (Python %s) compute from them. Written by compute.py." % (
        scipy.__version__, np.__version__, platform.python_version()), "", "return {"]
    for name, cases in all_cases().items():
        lines.append("   %s = {" % name)
        for case in cases:
            lines += wrapped(lua(case), "      ")
        lines.append("   },")
    lines.append("}")
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "numbers.lua"), "w") as out:
        out.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
