"""Runs a command and says on standard error how long it took, in seconds, and how much memory it had at most, in MiB."""
import resource
import subprocess
import sys
import time

begin = time.monotonic()
done = subprocess.run(sys.argv[1:], check=False)
seconds = time.monotonic() - begin
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{seconds:.2f} {peak:.0f}", file=sys.stderr)
sys.exit(done.returncode)
