--- Makes gnuplot's SVG part of a page: with ids of its own, no fixed size, no fonts (the page sets them),
-- colours as variables with a light and a dark value, and areas that show a value as a tooltip.
--
-- The colours come from two drawings of one chart, light and dark, which differ in nothing else. Only
-- elements that gnuplot is known to write pass; a drawing with any other element is refused.

local inline = require "bakeoff.report.inline"

local svg = {}

local PASS = { g = true, path = true, polygon = true, polyline = true, rect = true, circle = true, use = true,
   text = true, tspan = true, defs = true }
local DROPPED = { "title", "desc", "filter" } -- with their content: readers don't need them

local function without(text, element)
   text = text:gsub("<" .. element .. "%f[%W][^>]*/>", "")
   return (text:gsub("<" .. element .. "%f[%W].-</" .. element .. "%s*>", ""))
end

local function body_of(text)
   local body = text:match("<svg%f[%s].->(.*)</svg>")
   for _, element in ipairs(body and DROPPED or {}) do
      body = without(body, element)
   end
   return body
end

-- The first part of the body that gnuplot wouldn't write; nil if all of it is known.
local function stranger(body)
   for name, rest in body:gmatch("<%s*/?%s*([^%s/>]*)([^>]*)") do
      local names = rest:gsub("%b''", ""):gsub('%b""', ""):lower()
      if not PASS[name] or names:find("%f[%w]on%w+%s*=") or rest:lower():find("script:", 1, true) then
         return name
      end
   end
end

-- Applies change(tag) to each tag; the text between tags stays.
local function in_tags(body, change) return (body:gsub("<[^>]*>", change)) end

local COLOURS = { "^rgb%(%s*(%d+)%s*,%s*(%d+)%s*,%s*(%d+)%s*%)$", "^(#%x%x%x%x%x%x)$" }

local function colour_of(value)
   local r, g, b = value:match(COLOURS[1])
   return r and ("#%02x%02x%02x"):format(r, g, b) or (value:match(COLOURS[2]) or ""):lower()
end

local MARK = "\1" -- stands for a colour; gp.quote keeps it out of every text

-- The body with a mark for each colour in its tags, and the colours in order.
local function take_colours(body)
   local colours = {}
   local marked = in_tags(body:gsub(MARK, ""), function(tag)
      return (tag:gsub("(=%s*['\"])([^'\"]*)", function(before, value)
         local colour = colour_of(value)
         if colour ~= "" then
            colours[#colours + 1] = colour
            return before .. MARK
         end
      end))
   end)
   return marked, colours
end

local function put_colours(marked, light, dark, palette)
   local at = 0
   return (marked:gsub(MARK, function()
      at = at + 1
      return palette:name(light[at], dark[at])
   end))
end

-- Attributes that every drawing repeats and that are the browser's defaults.
local NEEDLESS = { ' font%-family="[^"]*"', ' stroke%-linecap="butt"', ' stroke%-linejoin="miter"',
   ' class="gridline"', ' id="gnuplot_[^"]*"', " %f[/>]" }

local function tidy(body)
   body = in_tags(body, function(tag)
      tag = tag:gsub("%s+", " "):gsub("xlink:href", "href")
      for _, pattern in ipairs(NEEDLESS) do
         tag = tag:gsub(pattern, "")
      end
      return tag
   end)
   body = body:gsub(">%s+<", "><"):gsub("^%s+", ""):gsub("%s+$", "")
   local count
   repeat
      body, count = body:gsub("<g[^>]*></g>", "")
   until count == 0
   return body
end

local function ids_in(text, found, definitions)
   for id in text:gmatch("href='#([%w_]+)'") do
      if definitions[id] and not found[id] then
         found[id] = true
         ids_in(definitions[id], found, definitions)
      end
   end
   return found
end

-- The markers that the drawing uses, renamed so that no other drawing of the page has the same ids.
local function own_ids(body, prefix)
   local definitions, order = {}, {}
   body = body:gsub("<defs>(.-)</defs>", function(inside)
      for tag, id in inside:gmatch("(<[^>]-id='([%w_]+)'[^>]*/>)") do
         definitions[id], order[#order + 1] = tag, id
      end
      return ""
   end)
   local used, kept = ids_in(body, {}, definitions), {}
   for _, id in ipairs(order) do
      kept[#kept + 1] = used[id] and definitions[id] or nil
   end
   return (("<defs>" .. table.concat(kept) .. "</defs>" .. body):gsub("href='#", "href='#" .. prefix)
      :gsub(" id='", " id='" .. prefix))
end

-- Texts below the line where the drawing is cut belong to the foot, which the page shows itself.
local function cut(body, height)
   return (body:gsub('<g transform="translate%([%d.%-]+,([%d.%-]+)%)"[^>]*><text[^>]*>[^<]*</text></g>',
      function(y) return tonumber(y) > height and "" or nil end))
end

local function place(at)
   local shape
   if at.radius then
      shape = ('<circle cx="%.1f" cy="%.1f" r="%.1f">'):format(at.x, at.y, at.radius)
   else
      shape = ('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f">'):format(at.x, at.y, at.width, at.height)
   end
   return ("%s<title>%s</title></%s>"):format(shape, inline.escape(at.text), at.radius and "circle" or "rect")
end

local function places(list)
   local parts = {}
   for index, at in ipairs(list or {}) do
      parts[index] = place(at)
   end
   return '<g class="hover">' .. table.concat(parts) .. "</g>"
end

-- Removes the drawing's background: the page has its own.
local function without_paper(body) return (body:gsub('<rect x="0" y="0"[^>]*/>', "", 1)) end

--- Combines two drawings of one chart (texts of SVG files) into one element of a page. spec: { prefix = for
-- ids, class, label = what it shows, view = { x, y, width, height: the visible part; foot: texts below are
-- left out }, hover = areas (see plotting/hover.lua), palette = from svg.palette }. Returns the text, or nil
-- and what it refused.
function svg.inline(light, dark, spec)
   local bodies = { body_of(light), body_of(dark) }
   for _, body in ipairs { bodies[1] or "<?>", bodies[2] or "<?>" } do
      local name = stranger(body)
      if name then
         return nil, ("<%s> in the drawing"):format(inline.escape(name))
      end
   end
   local marked, colours = take_colours(tidy(bodies[1]))
   local other, dark_colours = take_colours(tidy(bodies[2]))
   local body = put_colours(marked, colours, other == marked and dark_colours or colours, spec.palette)
   local view = spec.view
   body = own_ids(cut(without_paper(body), view.foot), spec.prefix)
   return ('<svg class="%s" viewBox="%d %d %.0f %.0f" role="img" aria-label="%s">%s%s</svg>'):format(
      spec.class, view.x, view.y, view.width, view.height, inline.escape(spec.label), body,
      places(spec.hover))
end

local palette = {}
palette.__index = palette

--- The colours of all drawings of a page.
function svg.palette() return setmetatable({ names = {}, list = {} }, palette) end

--- The attribute's value for a colour that is `light` in the light theme and `dark` in the dark one.
function palette:name(light, dark)
   local key = light .. dark
   if not self.names[key] then
      self.list[#self.list + 1] = { light, dark }
      self.names[key] = ("var(--c%d)"):format(#self.list)
   end
   return self.names[key]
end

--- Declarations for a style sheet. which: 1 (light) or 2 (dark).
function palette:declarations(which)
   local parts = {}
   for index, pair in ipairs(self.list) do
      parts[index] = ("--c%d:%s"):format(index, pair[which])
   end
   return table.concat(parts, ";")
end

return svg
