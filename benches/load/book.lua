-- Books one free time after another. Arguments: the file with one JSON body a line, and the number of threads, of which
-- each takes its own part of the file. Prints one line of figures for `bin/bench`.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  bodies = {}
  local line_number = 0
  for line in io.lines(args[1]) do
    if line_number % tonumber(args[2]) == number then bodies[#bodies + 1] = line end
    line_number = line_number + 1
  end
  sent, booked, taken, refused, failed = 0, 0, 0, 0, 0
end

local headers = { ["Content-Type"] = "application/json" }

function request()
  sent = sent + 1
  if sent > #bodies then
    -- The list is through; what else is sent is no booking and is not counted.
    wrk.thread:stop()
    return wrk.format("GET", "/healthz")
  end
  return wrk.format("POST", "/api/v1/bookings", headers, bodies[sent])
end

function response(status, _, body)
  if status == 201 then booked = booked + 1
  elseif status == 409 then taken = taken + 1
  elseif status >= 500 then failed = failed + 1
  elseif status ~= 200 then
    refused = refused + 1
    if refused == 1 then io.stderr:write("refused: " .. status .. " " .. body .. "\n") end
  end
end

function done(summary, latency)
  local sums = { booked = 0, taken = 0, refused = 0, failed = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(sums) do sums[name] = sums[name] + thread:get(name) end
  end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("figures %.1f %d %d %d %.1f %.1f %.1f %d\n",
    sums.booked / (summary.duration / 1e6), sums.taken, sums.refused, sums.failed + broken,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3, sums.booked))
end
