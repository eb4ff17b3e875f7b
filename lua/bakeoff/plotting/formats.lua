--- What a chart can be written as: pictures that gnuplot's terminals make.

local none_of = require("bakeoff.base.text").none_of

local formats = {}

--- In the order in which they are drawn.
formats.NAMES = { "svg", "png", "pdf", "tikz" }

--- What shows charts in a terminal, the usual one first.
formats.TERMINALS = { "dumb", "sixel", "kitty" }

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

local function split(text)
   local names = {}
   for name in (text .. ","):gmatch("([^,]*),") do
      names[#names + 1] = name:match("^%s*(.-)%s*$")
   end
   return names
end

--- "svg,pdf" or a list → a list without repetitions, in the order of NAMES; or nil, message.
function formats.read(given)
   local names, wanted = type(given) == "table" and given or split(tostring(given)), {}
   local known = " " .. table.concat(formats.NAMES, " ") .. " "
   for _, name in ipairs(names) do
      if name == "" or not known:find(" " .. tostring(name) .. " ", 1, true) then
         return nil, none_of(name, formats.NAMES)
      end
      wanted[name] = true
   end
   if #names == 0 then
      return nil, "name at least one of: " .. table.concat(formats.NAMES, ", ")
   end
   return sorted(wanted)
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
