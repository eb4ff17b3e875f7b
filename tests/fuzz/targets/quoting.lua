--- Texts for gnuplot (plotting/gp.lua, plotting/text.lua): one string, in single quotes, without anything
-- that could end it. Every now and then gnuplot itself reads a batch of them and must print what they say.

local here = os.getenv "BAKEOFF_SOURCE" .. "/tests/fuzz/targets/"
local support = dofile(here .. "support.lua")
local direction = require "bakeoff.plotting.direction"
local gp = require "bakeoff.plotting.gp"
local text = require "bakeoff.plotting.text"

local BATCH, LONGEST = 3000, 2000
local batch = {}

local function ask_gnuplot(values)
   local script, printed = support.path "quoted.gp", support.path "quoted.txt"
   local lines = { ("set print '%s'"):format(printed) }
   for _, value in ipairs(values) do
      lines[#lines + 1] = gp.assign { { "x", value } } .. "print x"
   end
   support.write(script, table.concat(lines, "\n") .. "\n")
   if not os.execute(("gnuplot -d '%s' 2>'%s.err'"):format(script, printed)) then
      error "gnuplot refuses a quoted text"
   end
   local number = 0
   for line in io.lines(printed) do
      number = number + 1
      local expected = direction.isolated(text.clean(values[number])):gsub("'", "\u{2019}")
      support.expect(line == expected, "gnuplot prints what was quoted", expected, line)
   end
   support.expect(number == #values, "gnuplot prints a line per text", number, #values)
end

local function check_widths(bytes)
   local room = 100
   local cut = text.cut(bytes, 12, room)
   support.expect(text.width(cut, 12) <= room, "a cut text fits", cut)
   for _, line in ipairs(text.wrap(bytes, 12, room, 3)) do
      support.expect(text.width(line, 12) <= room, "a line fits", line)
   end
   text.name_lines(bytes, 12, room, 2 * room, { bytes })
end

return function(bytes)
   local quoted = gp.quote(bytes)
   support.expect(quoted:find "^'[^']*'$", "one string", quoted)
   support.expect(not quoted:find "%c", "one line", quoted)
   support.expect(utf8.len(quoted), "UTF-8", quoted)
   local assigned = gp.assign { { "one", bytes }, { "many", { bytes, bytes } } }
   support.expect(select(2, assigned:gsub("\n", "")) == 2, "a line per variable", assigned)
   gp.data { { title = bytes, columns = { "x" }, rows = {} } }
   check_widths(bytes)
   if #bytes <= LONGEST then
      batch[#batch + 1] = bytes
   end
   if #batch == BATCH then
      ask_gnuplot(batch)
      batch = {}
   end
end
