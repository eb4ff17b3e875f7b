--- Makes an animated SVG of a recorded terminal: what `script --log-timing TIMING LOG` kept, in real time,
-- then a chart. Every version of a line is a text that is visible for a while. scripts/film runs this.
--
--    lua5.4 film.lua LOG TIMING CHART.svg light|dark > film.svg

package.path = (arg[0]:match("^(.*/)") or "./") .. "?.lua;" .. package.path

local screen = require "screen"

local COLUMNS, WIDTH, LINE, EDGE = 86, 8.4, 18, 16 -- of a character and a line, in pixels
local READ_S, CHART_S, FADE = 8, 6, 0.3 -- how long the last screen and the chart stay

local THEMES = {
   light = { paper = "#ffffff", ink = "#1f1f1f", bold = "#000000", soft = "#666666", red = "#b3261e",
      green = "#116329", yellow = "#7a5200", blue = "#0b5394" },
   dark = { paper = "#15181d", ink = "#d8dadd", bold = "#ffffff", soft = "#a4a9b0", red = "#ff8a80",
      green = "#7ee787", yellow = "#e3b341", blue = "#79c0ff" },
}

local function read(path)
   local file <close> = assert(io.open(path, "rb"))
   return assert(file:read("a"))
end

-- Several blanks in a row would be one.
local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", [" "] = "\u{a0}" }

local function escaped(text) return (text:gsub("[&<> ]", ENTITIES)) end

-- A line's pieces as SVG. Each piece has the width of its columns in any font.
local function drawn(pieces, theme)
   local parts = {}
   for _, piece in ipairs(pieces) do
      local look = piece.style == "bold" and ' font-weight="bold"' or ""
      if piece.text:find("%S") then
         parts[#parts + 1] = ('<tspan x="%.1f" textLength="%.1f" fill="%s"%s>%s</tspan>'):format(
            EDGE + (piece.column - 1) * WIDTH, piece.length * WIDTH, theme[piece.style] or theme.ink, look,
            escaped(piece.text))
      end
   end
   return table.concat(parts)
end

-- The recording as versions of lines: list of { row, svg, from, to (nil: stays) }; its length in seconds, and
-- how many lines the screen has at its end.
local function versions_of(log, timing, theme)
   local terminal, list, current = screen.new(), {}, {}
   local at, time = log:find("\n", 1, true) + 1, 0 -- behind the line that `script` itself writes
   for delay, count in timing:gmatch("(%S+) (%d+)\n") do
      time = time + tonumber(delay)
      terminal:write(log:sub(at, at + count - 1))
      at = at + count
      for row = 1, #terminal.lines do
         local svg, old = drawn(terminal:pieces(row), theme), current[row]
         if not old or old.svg ~= svg then
            if old then
               old.to = time
            end
            current[row] = { row = row, svg = svg, from = time }
            list[#list + 1] = current[row]
         end
      end
   end
   return list, time, #terminal.lines
end

-- Changes an attribute in each round. values, times (shares of the round): as SVG wants them
local function animation(attribute, values, times, length, mode)
   return ('<animate attributeName="%s"%s values="%s" keyTimes="%s" dur="%.2fs" repeatCount="indefinite"/>')
      :format(attribute, mode and (' calcMode="%s"'):format(mode) or "", values, times, length)
end

local function timed(version, length)
   local values, times = "none;inline", ("0;%.5f"):format(version.from / length)
   if version.to then
      values, times = values .. ";none", ("%s;%.5f"):format(times, version.to / length)
   end
   return animation("display", values, times, length, "discrete")
end

-- Without animation, the last screen is shown.
local function text_of(version, length)
   return ('<text y="%d"%s>%s%s</text>'):format(EDGE + version.row * LINE - 5,
      version.to and ' display="none"' or "", version.svg, timed(version, length))
end

local function fading(values, from, length)
   local times = ("0;%.5f;%.5f;1"):format(from / length, (from + FADE) / length)
   return animation("opacity", values, times, length)
end

-- The chart as a scene of this size.
local function scene(chart, width, height)
   local body = chart:match("<svg.*</svg>"):gsub('^<svg(.-)width="[%d.]+" height="[%d.]+"',
      ('<svg%%1x="0" y="0" width="%d" height="%d"'):format(width, height), 1)
   return body
end

local function main(log, timing, chart, name)
   local theme = assert(THEMES[name], "light or dark")
   local list, seconds, rows = versions_of(read(log), read(timing), theme)
   local width, height = math.ceil(COLUMNS * WIDTH) + 2 * EDGE, rows * LINE + 2 * EDGE
   local turn, length = seconds + READ_S, seconds + READ_S + CHART_S
   local parts = { ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">')
      :format(width, height, width, height), "<title>A run of bakeoff in a terminal, then its chart</title>",
      ('<rect width="100%%" height="100%%" rx="8" fill="%s"/>'):format(theme.paper),
      '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">',
      fading("1;1;0;0", turn, length) }
   for _, version in ipairs(list) do
      parts[#parts + 1] = version.svg ~= "" and text_of(version, length) or nil
   end
   parts[#parts + 1] = '</g><g opacity="0">' .. fading("0;0;1;1", turn, length)
   parts[#parts + 1] = scene(read(chart), width, height) .. "</g></svg>"
   print(table.concat(parts, "\n"))
end

main(table.unpack(arg))
