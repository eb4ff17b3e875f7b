--- Speed under load: the product's contenders against the hand-written floors, and against each other.

local measure = require "measure"

local LOOP, THREADS = 50, 4
local LARGE_BODY, LARGE_IN_FLIGHT, LARGE_SHARE = "1MiB", 8, 50

-- A ratio between runs that didn't transfer the same number of bytes is void.
local function check_same(results)
   local bytes
   for name, rows in pairs(results) do
      for _, row in ipairs(rows) do
         bytes = bytes or row.bytes
         if row.failed > 0 or row.bytes ~= bytes then
            error(("%s: %d failed, %d bytes where another run had %d"):format(name, row.failed, row.bytes,
               bytes), 0)
         end
      end
   end
end

local function rate(summary) return ("%.0f/s"):format(summary.median) end

local function micros(summary) return ("%.1f µs"):format(summary.median * 1e6) end

local function line(seen, what, limits, show, names)
   return {
      what = what, value = seen.value, low = seen.low, high = seen.high, blocks = seen.blocks,
      at_least = limits.at_least, at_most = limits.at_most, unit = "×",
      detail = ("%s %s, %s %s"):format(names[1], show(seen.a), names[2], show(seen.b)),
      a = seen.a, b = seen.b,
   }
end

local function floor_side(program, url, requests, workers)
   return { name = "floor", run = function() return measure.floor(program, url, requests, workers) end }
end

local function product_side(contender, url, requests, workers)
   local jobs = measure.jobs(url, requests)
   return { name = contender, run = function() return measure.product(contender, jobs, workers) end }
end

local function against_floor(settings, keep, contender, program, workers)
   local site <close> = measure.server {}
   local url = site:url "/"
   local seen = measure.blocks(settings.blocks, {
      floor_side(program, url, settings.requests, workers),
      product_side(contender, url, settings.requests, workers),
   }, keep)
   check_same(seen)
   local names = { contender, "floor" }
   local title = ("%s ×%d / floor, 2 KB: "):format(contender, workers)
   return {
      line(measure.ratio(seen[contender], seen.floor, "requests_per_s"), title .. "requests/s",
         { at_least = 0.95 },
         rate, names),
      line(measure.ratio(seen[contender], seen.floor, "cpu_per_request_s"), title .. "CPU per request",
         { at_most = 1.05 }, micros, names),
   }
end

local speed = {}

function speed.eventloop(settings, keep)
   return against_floor(settings, keep, "eventloop", "loop_floor", LOOP)
end

function speed.threads(settings, keep)
   return against_floor(settings, keep, "threads", "threads_floor", THREADS)
end

function speed.coroutines(settings, keep)
   local site <close> = measure.server {}
   local seen = measure.blocks(settings.blocks, {
      product_side("eventloop", site:url "/", settings.requests, LOOP),
      product_side("coroutines", site:url "/", settings.requests, LOOP),
   }, keep)
   check_same(seen)
   return { line(measure.ratio(seen.coroutines, seen.eventloop, "requests_per_s"),
      ("coroutines / eventloop, ×%d, 2 KB: requests/s"):format(LOOP), { at_least = 0.80 }, rate,
      { "coroutines", "eventloop" }) }
end

function speed.large(settings, keep)
   local site <close> = measure.server { size = LARGE_BODY }
   local url, requests = site:url "/", math.max(settings.requests // LARGE_SHARE, LARGE_IN_FLIGHT)
   local seen = measure.blocks(settings.blocks, {
      floor_side("loop_floor", url, requests, LARGE_IN_FLIGHT),
      product_side("eventloop", url, requests, LARGE_IN_FLIGHT),
   }, keep)
   check_same(seen)
   return { line(measure.ratio(seen.eventloop, seen.floor, "requests_per_s"),
      ("eventloop ×%d / floor, 1 MiB bodies: requests/s"):format(LARGE_IN_FLIGHT), { at_least = 0.95 }, rate,
      { "eventloop", "floor" }) }
end

return speed
