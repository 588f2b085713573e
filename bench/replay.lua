-- Replays prepared calls. A line of the file is one call: method, path, If-Match and body, with
-- tabs between them. The threads share the lines out among themselves, so that a call that can
-- be made only once is made only once. With a pause, each connection waits for so many
-- milliseconds on the average, by chance, before its next call.

local started = {}

function setup(thread)
  thread:set("number", #started)
  table.insert(started, thread)
end

function init(arguments)
  local file, threads = arguments[1], tonumber(arguments[2])
  again = arguments[3] == "again"
  pause = tonumber(arguments[4])
  if pause > 0 then
    math.randomseed(number + 1)
    delay = function() return math.floor(-pause * math.log(1 - math.random()) + 0.5) end
  end
  calls, position, ran_out = {}, 0, false
  local key = os.getenv("BENCH_KEY")
  local line_number = 0
  for line in io.lines(file) do
    if line_number % threads == number then
      local method, path, if_match, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
      local headers = { ["Authorization"] = key and "Bearer " .. key }
      if if_match ~= "" then headers["If-Match"] = if_match end
      if body ~= "" then headers["Content-Type"] = "application/json" end
      table.insert(calls, { method, path, headers, body ~= "" and body or nil })
    end
    line_number = line_number + 1
  end
end

function request()
  position = position + 1
  if position > #calls then
    if again then
      position = 1
    else
      ran_out = true
      wrk.thread:stop()
      return wrk.format("GET", "/livez")
    end
  end
  local call = calls[position]
  return wrk.format(call[1], call[2], call[3], call[4])
end

function done(summary, latency, requests)
  local ended_early = 0
  for _, thread in ipairs(started) do
    if thread:get("ran_out") then ended_early = ended_early + 1 end
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "ended_early": %d, '
      .. '"p50": %d, "p95": %d, "p99": %d, "slowest": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, ended_early,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max))
end
