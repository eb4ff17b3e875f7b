--- Makes gnuplot's SVG part of a page: with ids of its own, no fixed size, no fonts (the page sets them),
-- colours as variables with a light and a dark value, and areas that show a value as a tooltip.
--
-- The colours come from two drawings of one chart, light and dark, which differ in nothing else. Only
-- elements that gnuplot is known to write pass; a drawing with any other element is refused.

local inline = require "bakeoff.report.inline"
local zoom = require "bakeoff.report.html.zoom"

local svg = {}

local PASS = { g = true, path = true, polygon = true, polyline = true, rect = true, circle = true, use = true,
   text = true, tspan = true, defs = true }
local DROPPED = { "title", "desc", "filter" } -- with their content: readers don't need them

-- The text without an element and its content. Plain searches: a drawing may have a megabyte.
local function without(text, element)
   local parts, at = {}, 1
   repeat
      local from = text:find("<" .. element, at, true)
      local stop = from and select(2, text:find("^<%w+%f[%W][^>]*/>", from))
      if from and not stop and text:find("^%W", from + #element + 1) then
         local last = text:find("</" .. element, from, true)
         stop = last and select(2, text:find("^</%w+%s*>", last))
      end
      parts[#parts + 1] = text:sub(at, from and (stop and from - 1 or from))
      at = (stop or from or 0) + 1
   until not from
   return table.concat(parts)
end

local function body_of(text)
   local body = text:match("<svg%f[%s].->(.*)</svg>")
   for _, element in ipairs(body and DROPPED or {}) do
      body = without(body, element)
   end
   return body
end

-- The element of a tag that gnuplot wouldn't write; nil for one that it might.
local function stranger(tag)
   local name, rest = tag:match "^<%s*/?%s*([^%s/>]*)([^>]*)"
   local names = rest:gsub("%b''", ""):gsub('%b""', ""):lower()
   if not PASS[name] or names:find("%f[%w]on%w+%s*=") or rest:lower():find("script:", 1, true) then
      return name
   end
end

local COLOURS = { "^rgb%(%s*(%d+)%s*,%s*(%d+)%s*,%s*(%d+)%s*%)$", "^(#%x%x%x%x%x%x)$" }

local function colour_of(value)
   local r, g, b = value:match(COLOURS[1])
   return r and ("#%02x%02x%02x"):format(r, g, b) or (value:match(COLOURS[2]) or ""):lower()
end

local MARK, PLACE = "\1", "\2" -- for a colour, for a place; gp.quote keeps both out of every text

-- Attributes that every drawing repeats and that are the browser's defaults.
local NEEDLESS = { ' font%-family="[^"]*"', ' stroke%-linecap="butt"', ' stroke%-linejoin="miter"',
   ' class="gridline"', ' id="gnuplot_[^"]*"', " %f[/>]" }

-- A tag without needless parts, with marks for its colours; and these.
local function tidy_tag(tag)
   tag = tag:gsub("%s+", " "):gsub("xlink:href", "href")
   for _, pattern in ipairs(NEEDLESS) do
      tag = tag:gsub(pattern, "")
   end
   local colours = {}
   tag = tag:gsub("(=%s*['\"])([^'\"]*)", function(before, value)
      local colour = colour_of(value)
      if colour ~= "" then
         colours[#colours + 1] = colour
         return before .. MARK
      end
   end)
   return tag, colours
end

-- A drawing has thousands of tags, which differ mostly in one attribute: a place, or a list of places.
local PLACES = { "^(.*=%s*')([%d%s.,ML%-]+)('[^']*)$", "^(.*translate%()([%d.,%-]+)(%).*)$" }

-- Splits a tag: what many have in common, with a mark for the place; and the place, if there is one.
local function split(tag)
   for _, pattern in ipairs(PLACES) do
      local before, place, after = tag:match(pattern)
      if before then
         return before .. PLACE .. after, place
      end
   end
   return tag
end

-- A function that tidies a tag (→ text, the colours in it) and remembers what it did with similar ones.
-- found.stranger: the first element that is refused.
local function tidier(found)
   local known = {}
   return function(tag)
      local common, place = split(tag)
      local parts = known[common]
      if not parts then
         found.stranger = found.stranger or stranger(tag)
         local whole, colours = tidy_tag(common)
         local before, after = whole:match "^(.*)\2(.*)$"
         parts = { before or whole, after or "", colours }
         known[common] = parts
      end
      if place and (place:find "%s%s" or place:find "[\t-\r]") then
         place = place:gsub("%s+", " ")
      end
      return parts[1] .. (place or "") .. parts[2], parts[3]
   end
end

-- The body as a page needs it, with marks for colours, and without groups that hold nothing; and the list of
-- its colours. found: see tidier.
local function tidy(body, found)
   body = body:gsub("[\1\2]", "")
   local out, colours_in, tidied, behind = { body:match "^%s*([^<]*)" }, {}, tidier(found), nil
   for tag, text, position in body:gmatch "(<[^>]*>)([^<]*)()" do
      behind = position
      local whole, colours = tidied(tag)
      local before = out[#out]
      if whole == "</g>" and before:find "^<g[^>]*>$" then
         out[#out], colours_in[#out] = nil, nil
      else
         out[#out + 1], colours_in[#out + 1] = whole, colours
      end
      out[#out + 1] = text:find "%S" and text or nil
   end
   local open = body:match("^<[^>]*", behind) -- a tag that never ends
   found.stranger = found.stranger or open and stranger(open)
   local all = {}
   for index = 1, #out do
      for _, colour in ipairs(colours_in[index] or {}) do
         all[#all + 1] = colour
      end
   end
   return table.concat(out), all
end

local function put_colours(marked, light, dark, palette)
   local at = 0
   return (marked:gsub(MARK, function()
      at = at + 1
      return palette:name(light[at], dark[at])
   end))
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

local function place(at, class)
   local shape
   class = class and (' class="%s"'):format(class) or ""
   if at.radius then
      shape = ('<circle%s cx="%.1f" cy="%.1f" r="%.1f">'):format(class, at.x, at.y, at.radius)
   else
      shape = ('<rect%s x="%.1f" y="%.1f" width="%.1f" height="%.1f">'):format(class, at.x, at.y, at.width,
         at.height)
   end
   return ("%s<title>%s</title></%s>"):format(shape, inline.escape(at.text), at.radius and "circle" or "rect")
end

local VEIL = '<rect class="veil %s" x="%d" y="%.1f" width="%.0f" height="%.1f"/>'

-- Over what is about one contender only: clear, unless the contender is hidden (choice.lua).
local function veils(spec)
   local parts = {}
   for _, strip in ipairs(spec.strips or {}) do
      local class = spec.class_of(strip.label)
      parts[#parts + 1] = class
         and VEIL:format(class, spec.view.x, strip.y, spec.view.width, strip.height) or nil
   end
   return table.concat(parts)
end

local function places(spec)
   local parts = {}
   for index, at in ipairs(spec.hover or {}) do
      parts[index] = place(at, at.label and spec.class_of(at.label))
   end
   return veils(spec) .. '<g class="hover">' .. table.concat(parts) .. "</g>"
end

-- Removes the drawing's background: the page has its own.
local function without_paper(body) return (body:gsub('<rect x="0" y="0"[^>]*/>', "", 1)) end

local function prepared(text, time)
   local body = body_of(text) or "<?>"
   return time and zoom.prepared(body, time) or body
end

local SVG = '<svg class="%s" viewBox="%d %d %.0f %.0f" preserveAspectRatio="xMinYMin" style="--height:%.0f"%s'
   .. ' role="img" aria-label="%s">%s%s</svg>'

--- Combines two drawings of one chart (texts of SVG files) into one element of a page. spec: { prefix = for
-- ids, class, label = what it shows, view = { x, y, width, height: the visible part; foot: texts below are
-- left out }, hover = areas, strips (see plotting/hover.lua), class_of(label) = the class of what belongs to
-- a contender (default: none), time = of a drawing that can be zoomed (see plotting/panels.lua; default:
-- none), palette = from svg.palette }. Returns the text, or nil and what it refused.
function svg.inline(light, dark, spec)
   local found = {}
   spec.class_of = spec.class_of or function() end
   local marked, colours = tidy(prepared(light, spec.time), found)
   local other, dark_colours = tidy(prepared(dark, spec.time), found)
   if found.stranger then
      return nil, ("<%s> in the drawing"):format(inline.escape(found.stranger))
   end
   local body = put_colours(marked, colours, other == marked and dark_colours or colours, spec.palette)
   local view = spec.view
   body = own_ids(cut(without_paper(body), view.foot), spec.prefix)
   body = spec.time and zoom.finished(body, spec.time) or body
   return SVG:format(spec.class, view.x, view.y, view.width, view.height, view.height,
      spec.time and zoom.attributes(spec.time) or "", inline.escape(spec.label), body, places(spec))
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

--- The name of the variable that has these two colours, joined; nil if none has.
function palette:known(pair)
   local value = self.names[pair]
   return value and value:match "^var%((.*)%)$"
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
