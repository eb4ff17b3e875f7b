--- What a chart can be written as: pictures that gnuplot's terminals make.

local failure = require "bakeoff.base.failure"

local formats = {}

--- In the order in which they are drawn.
formats.NAMES = { "svg", "png", "pdf", "tikz" }

--- What a run writes: report.md shows the one, anything can show the other.
formats.USUAL = { "svg", "png" }

local ENDINGS = { tikz = "tex" }

--- The ending of a format's files.
function formats.ending(name) return ENDINGS[name] or name end

local function sorted(wanted)
   local list = {}
   for _, name in ipairs(formats.NAMES) do
      list[#list + 1] = wanted[name] and name or nil
   end
   return list
end

--- "svg,pdf" or a list → a list without repetitions, in the order of NAMES. Raises (usage), naming
-- `argument`.
function formats.read(given, argument)
   local names = given
   if type(given) == "string" then
      names = {}
      for name in (given .. ","):gmatch("([^,]*),") do
         names[#names + 1] = name:match("^%s*(.-)%s*$")
      end
   end
   local wanted, known = {}, {}
   for _, name in ipairs(formats.NAMES) do
      known[name] = true
   end
   for _, name in ipairs(type(names) == "table" and names or { tostring(given) }) do
      if not known[name] then
         failure.usage("%s: '%s' is none of: %s", argument, tostring(name),
            table.concat(formats.NAMES, ", "))
      end
      wanted[name] = true
   end
   local list = sorted(wanted)
   if #list == 0 then
      failure.usage("%s: name at least one of: %s", argument, table.concat(formats.NAMES, ", "))
   end
   return list
end

--- The usual ones and these.
function formats.with_usual(names)
   local wanted = {}
   for _, list in ipairs { formats.USUAL, names } do
      for _, name in ipairs(list) do
         wanted[name] = true
      end
   end
   return sorted(wanted)
end

return formats
