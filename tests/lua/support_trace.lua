--- Checks traces against the rules of Chrome's trace event format ("Trace Event Format", Google, 2016), as
-- far as traces use it, and describes what is wrong. Debian packages no reader of the format, so we have our
-- own.
--
-- Timestamps are compared as whole nanoseconds, read from the written digits.

local json = require "bakeoff.base.json"

local checker = {}

local NEEDED = {
   X = { name = "string", ts = "number", dur = "number", pid = "number", tid = "number" },
   C = { name = "string", ts = "number", pid = "number", args = "table" },
   M = { name = "string", pid = "number", args = "table" },
}

local METADATA = { process_name = "name", thread_name = "name", process_labels = "labels",
   process_sort_index = "sort_index", thread_sort_index = "sort_index" }

local function ns(value) return math.floor(value * 1000 + 0.5) end

local function fields_of(event, add)
   local needed = NEEDED[event.ph]
   if not needed then
      add("unknown phase %s", event.ph)
      return false
   end
   local complete = true
   for name, kind in pairs(needed) do
      if type(event[name]) ~= kind then
         add("%s event without %s", event.ph, name)
         complete = false
      end
   end
   return complete
end

local function check_counter(event, add)
   for name, value in pairs(event.args) do
      if type(value) ~= "number" or value ~= value then
         add("counter %s: %s is not a number", event.name, name)
      end
   end
   if next(event.args) == nil then
      add("counter %s without a series", event.name)
   end
end

local function check_metadata(event, add)
   local argument = METADATA[event.name]
   if not argument or event.args[argument] == nil then
      add("metadata %s lacks its value", event.name)
   end
end

-- Two events of one thread are nested or disjoint.
local function check_nesting(list, thread, add)
   local open = {}
   for _, event in ipairs(list) do
      local from, to = ns(event.ts), ns(event.ts) + ns(event.dur)
      while #open > 0 and open[#open].to <= from do
         table.remove(open)
      end
      if #open > 0 and to > open[#open].to then
         add("thread %s: %s (%d to %d ns) ends after %s (to %d ns)", thread, event.name, from, to,
            open[#open].name, open[#open].to)
      end
      open[#open + 1] = { to = to, name = event.name }
   end
end

local function collect(state, event, add)
   if event.ph == "X" then
      local thread = ("%d/%d"):format(event.pid, event.tid)
      state.threads[thread] = state.threads[thread] or {}
      table.insert(state.threads[thread], event)
      if event.ts < 0 or event.dur < 0 then
         add("%s has a negative time", event.name)
      end
   elseif event.ph == "M" then
      check_metadata(event, add)
      state.named[("%s %d/%d"):format(event.name, event.pid, event.tid or 0)] = true
   else
      check_counter(event, add)
   end
   if event.ts then
      if event.ts < (state.last[event.pid] or 0) then
         add("%s of process %d at %s comes after %s", event.name, event.pid, event.ts, state.last[event.pid])
      end
      state.last[event.pid] = event.ts
   end
end

--- Checks the text of a trace → list of problems (empty: a good trace), the decoded trace
function checker.check(text)
   local problems, trace = {}, json.decode(text)
   local function add(...) problems[#problems + 1] = string.format(...) end
   if type(trace.traceEvents) ~= "table" or #trace.traceEvents == 0 then
      return { "no traceEvents" }, trace
   end
   local state = { threads = {}, named = {}, last = {} }
   for _, event in ipairs(trace.traceEvents) do
      if fields_of(event, add) then
         collect(state, event, add)
      end
   end
   for thread, list in pairs(state.threads) do
      check_nesting(list, thread, add)
      if not state.named["thread_name " .. thread] then
         add("thread %s has no name", thread)
      end
   end
   return problems, trace
end

--- The events of a phase whose name matches the pattern `name`, if given.
function checker.events(trace, phase, name)
   local list = {}
   for _, event in ipairs(trace.traceEvents) do
      if event.ph == phase and (not name or event.name:find(name)) then
         list[#list + 1] = event
      end
   end
   return list
end

return checker
