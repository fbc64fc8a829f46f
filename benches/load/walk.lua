-- Asks for one address after another from a file (first argument), over and over; with a second argument it posts that
-- text to each; a cookie to ask with stands in LOAD_COOKIE. Prints one line of figures for `bin/bench`: per second, failures, median, 99 %, longest (ms).

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  requests = {}
  wrk.headers["Cookie"] = os.getenv("LOAD_COOKIE")
  for line in io.lines(args[1]) do
    requests[#requests + 1] = args[2] and wrk.format("POST", line, nil, args[2]) or wrk.format("GET", line)
  end
  at = (number * 7919) % #requests
  good, bad = 0, 0
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function response(status)
  if status >= 200 and status < 300 then good = good + 1 else bad = bad + 1 end
end

function done(summary, latency)
  local good, bad = 0, 0
  for _, thread in ipairs(threads) do
    good, bad = good + thread:get("good"), bad + thread:get("bad")
  end
  bad = bad + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("figures %.1f %d %.2f %.2f %.2f %d\n", good / (summary.duration / 1e6), bad,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3, good))
end
