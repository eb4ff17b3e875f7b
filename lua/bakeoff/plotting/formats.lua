--- The formats of charts: pictures that gnuplot's terminals can make.

local checks = require "bakeoff.base.checks"
local none_of = require("bakeoff.base.text").none_of

local formats = {}

--- In the order in which they are drawn.
formats.NAMES = { "svg", "png", "pdf", "tikz" }

--- The ways to show charts in a terminal, the default first.
formats.TERMINALS = { "dumb", "sixel", "kitty" }

--- The formats a run writes: report.md shows svg, and everything can show png.
formats.USUAL = { "svg", "png" }

local ENDINGS = { tikz = "tex" }

--- The extension of a format's files.
function formats.ending(name) return ENDINGS[name] or name end

--- This many bytes from a picture's end tell whether it is whole.
formats.TAIL = 4096

local LAST = { svg = "</svg>%s*$", png = "IEND\xAEB`\x82$", pdf = "%%%%EOF%s*$", tikz = "\\end{tikzpicture}" }

--- Does this end of a picture's file show that all of it was written?
function formats.is_whole(name, tail) return tail:find(LAST[name]) ~= nil end

local function sorted(wanted)
   local list = {}
   for _, name in ipairs(formats.NAMES) do
      list[#list + 1] = wanted[name] and name or nil
   end
   return list
end

--- "svg,pdf" or a list → a list without duplicates, in the order of NAMES; or nil, message.
function formats.read(given)
   local names, message = given, nil
   if type(given) ~= "table" then
      names, message = checks.list(tostring(given), "svg,pdf")
   end
   local wanted, known = {}, " " .. table.concat(formats.NAMES, " ") .. " "
   for _, name in ipairs(names or {}) do
      if not known:find(" " .. tostring(name) .. " ", 1, true) then
         return nil, none_of(name, formats.NAMES)
      end
      wanted[name] = true
   end
   if not names then
      return nil, message
   elseif #names == 0 then
      return nil, "name at least one of: " .. table.concat(formats.NAMES, ", ")
   end
   return sorted(wanted)
end

--- The default formats and these.
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
