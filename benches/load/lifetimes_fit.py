"""Fits BG/NBD with the package lifetimes to the clients that `rebook clv` printed, and prints seconds, peak MiB, and the
log-likelihood of both by the package's own formula. Arguments: the table, then r, alpha, a, b as Rebook found them."""
import resource
import sys
import time
import warnings

import numpy
import pandas
from lifetimes import BetaGeoFitter

warnings.filterwarnings("ignore")
table = pandas.read_csv(sys.argv[1], comment="#", usecols=["frequency", "recency", "age"])
begin = time.monotonic()
fitter = BetaGeoFitter().fit(table["frequency"], table["recency"], table["age"])
seconds = time.monotonic() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def likelihood(parameters):
    columns = (table[name].to_numpy(dtype=float) for name in ("frequency", "recency", "age"))
    mean = BetaGeoFitter._negative_log_likelihood(numpy.log(parameters), *columns, numpy.ones(len(table)), 0.0)
    return -mean * len(table)


theirs = likelihood(fitter.params_[["r", "alpha", "a", "b"]].to_numpy(dtype=float))
ours = likelihood(numpy.array([float(value) for value in sys.argv[2:6]]))
print(f"{seconds:.2f} {peak:.0f} {theirs:.4f} {ours:.4f}")
