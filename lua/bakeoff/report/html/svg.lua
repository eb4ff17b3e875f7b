--- Makes gnuplot's SVG part of a page: with ids of its own, no fixed size, no fonts (the page sets them),
-- colours as variables with a light and a dark value, and areas that show a value as a tooltip.
--
-- The colours come from two drawings of one chart, light and dark, which differ in nothing else. Only
-- elements that gnuplot is known to write pass; a drawing with any other element is refused.

local core = require "bakeoff.core"
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

local MARK = "\1" -- for a colour

-- Attributes that every drawing repeats and that are the browser's defaults.
local NEEDLESS = { ' font%-family="[^"]*"', ' stroke%-linecap="butt"', ' stroke%-linejoin="miter"',
   ' class="gridline"', ' id="gnuplot_[^"]*"', " %f[/>]" }

-- A tag without needless parts, with marks for its colours; these; and the element, if it is refused. The
-- drawings of a page have many tags in common.
local function tidied(tag, known)
   if known[tag] then
      return known[tag]
   end
   local text, colours = tag:gsub("%s+", " "):gsub("xlink:href", "href"), {}
   for _, pattern in ipairs(NEEDLESS) do
      text = text:gsub(pattern, "")
   end
   text = text:gsub("(=%s*['\"])([^'\"]*)", function(before, value)
      local colour = colour_of(value)
      if colour ~= "" then
         colours[#colours + 1] = colour
         return before .. MARK
      end
   end)
   known[tag] = { text = text, colours = colours, stranger = stranger(tag) }
   return known[tag]
end

-- Gives ids and references to them a prefix: no other drawing of the page has the same ones. used: the ids
-- that what is drawn refers to are added.
local function with_prefix(tag, prefix, used)
   local id = tag:match "href='#([%w_]+)'"
   if id and not tag:find(" id='", 1, true) then
      used[prefix .. id] = true
   end
   return (tag:gsub("href='#", "href='#" .. prefix):gsub(" id='", " id='" .. prefix))
end

-- Two tags that are the same but for their colours as one: a function for core.join_drawings. found.stranger:
-- the first element that is refused; found.used: see with_prefix.
local function joiner(spec, found)
   local palette = spec.palette
   return function(light, dark)
      local one, other = tidied(light, palette.tags), tidied(dark, palette.tags)
      found.stranger = found.stranger or one.stranger or other.stranger
      if found.stranger or other.text ~= one.text then
         return false
      end
      local at = 0
      local whole = with_prefix(one.text, spec.prefix, found.used):gsub(MARK, function()
         at = at + 1
         return palette:name(one.colours[at], other.colours[at])
      end)
      local before, after = whole:match "^(.*)\2(.*)$" -- core's mark of a place
      return { before or whole, after or "" }
   end
end

-- The bodies of both drawings as a page needs them. If they differ in more than their colours, the light one.
local function joined(light, dark, spec, found)
   local count = spec.palette:count()
   local body, rest = core.join_drawings(light, dark, joiner(spec, found))
   if not body and not found.stranger and dark ~= light then
      spec.palette:forget_after(count)
      return joined(light, light, spec, found)
   end
   found.stranger = found.stranger or rest and rest ~= "" and stranger(rest) or nil
   return body
end

-- Replaces what matches a pattern, which begins with the given text, by replace(capture), unless that is nil:
-- like gsub, but the text is found several times as fast.
local function replaced(body, text, pattern, replace)
   local parts, at, from = {}, 1, body:find(text, 1, true)
   while from do
      local first, last, capture = body:find("^" .. pattern, from)
      local new = first and replace(capture)
      if new then
         parts[#parts + 1] = body:sub(at, first - 1) .. new
         at = last + 1
      end
      from = body:find(text, new and at or from + 1, true)
   end
   return table.concat(parts) .. body:sub(at)
end

-- Adds the ids that definitions in use refer to.
local function add_used(used, definitions)
   local function add(id)
      local other = definitions[id] and definitions[id]:match "href='#([%w_%-]+)'"
      if other and not used[other] then
         used[other] = true
         add(other)
      end
   end
   for id in pairs(definitions) do
      if used[id] then
         add(id)
      end
   end
end

-- Keeps the definitions of the markers that are used.
local function with_used(body, used)
   local definitions, order, kept = {}, {}, {}
   body = replaced(body, "<defs>", "<defs>(.-)</defs>", function(inside)
      for tag, id in inside:gmatch("(<[^>]-id='([%w_%-]+)'[^>]*/>)") do
         definitions[id], order[#order + 1] = tag, id
      end
      return ""
   end)
   add_used(used, definitions)
   for _, id in ipairs(order) do
      kept[#kept + 1] = used[id] and definitions[id] or nil
   end
   return "<defs>" .. table.concat(kept) .. "</defs>" .. body
end

-- Texts below the line where the drawing is cut belong to the foot, which the page shows itself.
local function cut(body, height)
   return replaced(body, '<g transform="',
      '<g transform="translate%([%d.%-]+,([%d.%-]+)%)"[^>]*><text[^>]*>[^<]*</text></g>',
      function(y) return tonumber(y) > height and "" or nil end)
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
   if body:find("\1", 1, true) or body:find("\2", 1, true) then -- our marks, which gp.quote keeps out
      body = body:gsub("[\1\2]", "")
   end
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
   local found = { used = {} }
   spec.class_of = spec.class_of or function() end
   local body = joined(prepared(light, spec.time), prepared(dark, spec.time), spec, found)
   if found.stranger then
      return nil, ("<%s> in the drawing"):format(inline.escape(found.stranger))
   end
   local view = spec.view
   body = with_used(cut(without_paper(body), view.foot), found.used)
   body = spec.time and zoom.finished(body, spec.time) or body
   return SVG:format(spec.class, view.x, view.y, view.width, view.height, view.height,
      spec.time and zoom.attributes(spec.time) or "", inline.escape(spec.label), body, places(spec))
end

local palette = {}
palette.__index = palette

--- The colours, and what was found out about the tags, of all drawings of a page.
function svg.palette() return setmetatable({ names = {}, list = {}, tags = {} }, palette) end

--- The attribute's value for a colour that is `light` in the light theme and `dark` in the dark one.
function palette:name(light, dark)
   local key = light .. dark
   if not self.names[key] then
      self.list[#self.list + 1] = { light, dark }
      self.names[key] = ("var(--c%d)"):format(#self.list)
   end
   return self.names[key]
end

--- How many pairs of colours there are.
function palette:count() return #self.list end

--- Forgets all but the first `count` pairs.
function palette:forget_after(count)
   for index = #self.list, count + 1, -1 do
      self.names[self.list[index][1] .. self.list[index][2]], self.list[index] = nil, nil
   end
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
