--- Prepares a drawing in panels over time for zooming (zoom.js): what is drawn between the edges of the plot
-- goes into an element of its own, which clips it and whose view can change; ticks and grid lines are marked,
-- so that they can be replaced. Without scripts, nothing looks different.

local zoom = {}

local PLOT = '<g id="gnuplot_plot_'
local NEAR = 1.5 -- pixels: gnuplot rounds

-- Where the element that begins at `from` ends: the place behind its closing tag.
local function end_of(text, from)
   local depth, at = 0, from
   repeat
      local first, last, slash = text:find("<(/?)g%f[%s>][^>]*>", at)
      if not first then
         return nil
      end
      depth, at = depth + (slash == "/" and -1 or 1), last + 1
   until depth == 0
   return at
end

-- The first and the last place of all plots.
local function plots_in(body)
   local first = body:find(PLOT, 1, true)
   local last, at = first, first
   while at do
      last, at = at, body:find(PLOT, at + 1, true)
   end
   local behind = last and end_of(body, last)
   return first, behind and behind - 1
end

-- A tick is a short line down from the axis, followed by its text.
local TICK = "(<path [^>]*d='M[%d.]+,([%d.]+) L[%d.]+,[%d.]+%s*'/>%s*"
   .. '<g transform="translate%b()"[^>]*>%s*<text>[^<]*</text>%s*</g>)'

local function with_marks(text, area)
   text = text:gsub(TICK, function(tick, y)
      local is_tick = math.abs(tonumber(y) - area.bottom) < NEAR
      return is_tick and '<g class="tick">' .. tick .. "</g>" or nil
   end)
   return (text:gsub('class="gridline"', 'class="grid"'))
end

--- The body of gnuplot's SVG, prepared: ticks and grid lines, which are before or behind the plots, marked;
-- all plots in a group, which zoom.finished makes an element of its own: until then, only what gnuplot writes
-- is in the drawing. area: vars.time of a chart in panels (plotting/panels.lua).
function zoom.prepared(body, area)
   local first, last = plots_in(body)
   if not (first and last) then
      return with_marks(body, area)
   end
   return ('%s<g class="zoom">%s</g>%s'):format(with_marks(body:sub(1, first - 1), area),
      body:sub(first, last), with_marks(body:sub(last + 1), area))
end

local INNER = '<svg class="zoom" x="%.1f" y="0" width="%.1f" height="%.1f" viewBox="%.1f 0 %.1f %.1f"'
   .. ' preserveAspectRatio="none">%s</svg>'

--- The same when it is part of a page: the group of the plots clips them.
function zoom.finished(body, area)
   local first, inside = body:match '()<g class="zoom">()'
   local last = first and end_of(body, first)
   if not last then
      return body
   end
   local left, width, height = area.left - 1, area.right - area.left + 2, area.height
   return body:sub(1, first - 1)
      .. INNER:format(left, width, height, left, width, height, body:sub(inside, last - #"</g>" - 1))
      .. body:sub(last)
end

local FORM = ' data-zoom="%.9g %.9g %.9g %.9g" data-plot="%.1f %.1f %.1f %.1f" data-unit="%s"'

--- Attributes for the drawing: first and last time (seconds), seconds per unit, number of ticks; the plot's
-- edges.
function zoom.attributes(time)
   return FORM:format(time.first, time.last, time.divisor, time.ticks, time.left, time.right, time.top,
      time.bottom, time.unit)
end

return zoom
