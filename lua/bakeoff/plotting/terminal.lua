--- Charts for a quick look in the terminal: gnuplot's `dumb` (letters and blocks, any terminal), or
-- pictures if the terminal supports them (sixel, kitty). `dumb` writes nothing to disk.

local characters = require "bakeoff.plotting.characters"
local core = require "bakeoff.core"
local formats = require "bakeoff.plotting.formats"
local gnuplot = require "bakeoff.plotting.gnuplot"
local none_of = require("bakeoff.base.text").none_of

local terminal = {}

-- The option's name → gnuplot's name.
local TERMINALS = { dumb = "dumb", sixel = "sixelgd", kitty = "kittycairo" }

local ANSWER_S, DRAW_S = 5, 20 -- how long gnuplot may say nothing: here it says nothing until it ends
local ORDINARY_WIDTH, LEAST_WIDTH = 80, 40

local function known_to_gnuplot()
   local result, message = gnuplot.run("print ' '.GPVAL_TERMINALS.' '\n", nil, { silence = ANSWER_S })
   return result and not result.hung and result.stderr or nil, message or result.hung
end

--- The name of a terminal; nil, message for one that is unknown, or that this gnuplot doesn't have.
function terminal.check(name)
   local list, message = known_to_gnuplot()
   local there = {}
   for _, known in ipairs(formats.TERMINALS) do
      if not list or list:find(" " .. TERMINALS[known] .. " ", 1, true) then
         there[#there + 1] = known
      end
   end
   local names = table.concat(there, ", ")
   if not TERMINALS[name] then
      return nil, none_of(name, there)
   elseif not list then
      return nil, message
   elseif not (" " .. names .. ","):find(" " .. name .. ",", 1, true) then
      return nil, ("this gnuplot has no terminal %s; it has: %s"):format(TERMINALS[name], names)
   end
   return name
end

-- "mono", or the number of colours that the terminal reports.
local function colours(options)
   if not options.colour then
      return "mono"
   end
   local depth, kind = os.getenv("COLORTERM") or "", os.getenv("TERM") or ""
   if depth == "truecolor" or depth == "24bit" then
      return "ansirgb"
   end
   return kind:find("256color", 1, true) and "ansi256" or "ansi"
end

local GREY = "\27[38;5;245m" -- legible on light and on dark backgrounds

local function complaint(result)
   return result.hung or "gnuplot failed: " .. (result.stderr:match("[^\n]*%S[^\n]*") or "no reason given")
end

-- Text of one chart, or nil, message.
local function as_text(built, options)
   local script, height = characters.script(built, { width = options.width })
   local head = ("set encoding utf8\nset terminal dumb size %d,%d noenhanced %s\n"):format(options.width,
      height, colours(options))
   local result, message = gnuplot.run(head .. script, nil, { silence = DRAW_S })
   if not result then
      return nil, message
   elseif result.code ~= 0 or result.stdout == "" then
      return nil, complaint(result)
   end
   local text = result.stdout:gsub("\f", ""):gsub("^%s*\n", "")
   text = text:gsub("[ ]+\n", "\n"):gsub("%s+$", "") -- blanks at the ends of lines
   text = text:gsub("\27%[38;5;25[0-5]m", GREY) -- gnuplot's own grey is nearly white
   return text .. (options.colour and "\27[0m" or "")
end

-- The picture in the terminal's format, from charts/NAME.gp, which has been written.
local function as_picture(built, options)
   local format = ("formats = '%s'\nload '%s.gp'\n"):format(options.kind, built.name)
   local result, message = gnuplot.run(format, options.folder, { silence = DRAW_S })
   if not result then
      return nil, message
   end
   return result.stdout ~= "" and result.stdout or nil, complaint(result)
end

-- Fills in the properties of the terminal behind standard output.
local function with_defaults(options)
   local width = core.terminal(1)
   local colour = options.colour
   if colour == nil then
      colour = width ~= nil and (os.getenv("NO_COLOR") or "") == ""
   end
   return { kind = options.kind, folder = options.folder, print = options.print or print, colour = colour,
      width = math.max(options.width or width or ORDINARY_WIDTH, LEAST_WIDTH) }
end

local function wanted(list, only)
   local shown = {}
   for _, built in ipairs(list) do
      shown[#shown + 1] = (only or built.in_terminal) and built or nil
   end
   return #shown > 0 and shown or list
end

--- Shows built charts: all of them if `only` is set or none has in_terminal, else those that have it.
-- options: kind (of formats.TERMINALS), folder (of their .gp, for pictures), only; width (columns), colour
-- (default: the terminal's; NO_COLOR is respected), print. Returns lines on what could not be shown.
function terminal.show(list, options)
   local problems, how = {}, with_defaults(options)
   for _, built in ipairs(wanted(list, options.only)) do
      local text, problem
      if how.kind ~= "dumb" then
         text, problem = as_picture(built, how)
      elseif built.terminal then
         text, problem = as_text(built, how)
      else
         problem = ("characters can't show it: open %s.svg, or use --chart-terminal sixel"):format(built.name)
      end
      if text then
         how.print("")
         how.print(text)
      else
         problems[#problems + 1] = ("%s chart not shown here: %s"):format(built.name, problem)
      end
   end
   return problems
end

return terminal
