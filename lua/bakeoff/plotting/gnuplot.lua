--- Draws charts with gnuplot, one process for many. A chart that fails doesn't affect the others: gnuplot
-- continues with the next one, and if the process itself ends, another continues.

local core = require "bakeoff.core"
local program = require "bakeoff.base.gnuplot"

local gnuplot = {}

local FIRST_S, FURTHER_S = 60, 5 -- the longest time for the first chart, and for each further one
local LEAST_S = 0.001 -- 0 would be no limit

local BEGUN, DRAWN = "#begun ", "#drawn " -- on standard error, before and after a chart

local function first_line(text)
   for line in text:gmatch("[^\n]+") do
      if line:find("%S") and not line:find("^%s*%^") and not line:find("^#") then
         return (line:gsub("^%s+", ""))
      end
   end
   return "no reason given"
end

local function last_error(text)
   local found
   for line in text:gmatch("[^\n]+") do
      if line:find("line %d+:") then
         found = line:gsub("^%s+", ""):gsub('^"[^"]*" ', "")
      end
   end
   return found or first_line(text)
end

-- Pictures for LaTeX have different texts, so they need their own pass.
local function passes_of(formats)
   local plain, passes = {}, {}
   for _, name in ipairs(formats) do
      table.insert(name == "tikz" and passes or plain, name)
   end
   if #plain > 0 then
      table.insert(passes, 1, table.concat(plain, " "))
   end
   return passes
end

-- Names are our own: letters, digits and underscores. The charts are in the folder above, with their data.
-- outputs.gp, the end of every chart, sets `finished`.
local function commands_for(chart, passes)
   local lines = { ("print '%s%s'"):format(BEGUN, chart) }
   for place, formats in ipairs(passes) do
      lines[#lines + 1] = "reset session"
      lines[#lines + 1] = ("formats = '%s'"):format(formats)
      lines[#lines + 1] = "set loadpath '..'"
      lines[#lines + 1] = ("load '../%s.gp'"):format(chart)
      lines[#lines + 1] = ("if (exists('finished')) print '%s%d %s'"):format(DRAWN, place, chart)
   end
   return table.concat(lines, "\n")
end

--- Runs these commands in a folder. how: silence, limit (see base/gnuplot.lua). → as there
function gnuplot.run(input, folder, how)
   how = how or {}
   return program.run { arguments = { "-d", "-" }, folder = folder, input = input, silence = how.silence,
      limit = how.limit }
end

-- gnuplot's outcome for one chart: true if all passes were drawn, else a line; nil if it wasn't reached.
local function outcome_of(result, chart, passes)
   local _, from = result.stderr:find(BEGUN .. chart .. "\n", 1, true)
   if not from then
      return nil
   end
   local said = result.stderr:sub(from + 1)
   said = said:sub(1, (said:find(BEGUN, 1, true) or #said + 1) - 1)
   for place = 1, #passes do
      if not said:find(("%s%d %s\n"):format(DRAWN, place, chart), 1, true) then
         return result.hung or "gnuplot failed: " .. last_error(said)
      end
   end
   return true
end

-- Draws charts from index `first` on, as far as one process gets; returns the index after the last one begun,
-- and why there is no use in going on.
local function go(folder, names, first, passes, outcome, how)
   local input = {}
   for index = first, #names do
      input[#input + 1] = commands_for(names[index], passes)
   end
   local result, message = gnuplot.run(table.concat(input, "\n") .. "\n", folder,
      { silence = how.silence, limit = math.max(how.until_s - core.now(), LEAST_S) })
   if not result then
      return first, message
   end
   for index = first, #names do
      local said = outcome_of(result, names[index], passes)
      if said == nil and (index > first or result.hung) then
         return index, result.hung
      end
      outcome[names[index]] = said or "gnuplot failed: " .. last_error(result.stderr)
   end
   return #names + 1
end

--- Draws the charts ../NAME.gp into a folder. Together they have one time limit, which grows with their
-- number, and gnuplot must go on from step to step within `silence` seconds (default: see base/gnuplot.lua).
-- Returns name → true, or a line on what went wrong; or nil, message, "gnuplot" if gnuplot can't be started,
-- or hangs at once.
function gnuplot.draw(folder, names, formats, silence)
   local outcome, passes, at, over = {}, passes_of(formats), 1, nil
   local how = { silence = silence, until_s = core.now() + FIRST_S + FURTHER_S * (#names - 1) }
   while at <= #names and not over do
      at, over = go(folder, names, at, passes, outcome, how)
   end
   if over and at == 1 and not next(outcome) then
      return nil, over, "gnuplot"
   end
   for index = at, #names do
      outcome[names[index]] = over
   end
   return outcome
end

return gnuplot
