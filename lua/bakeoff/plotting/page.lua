--- The page around a plot: title, subtitle, foot line, sizes and fonts. All in pixels of the SVG, from the
-- top left corner; gnuplot gets fractions of the page.

local text = require "bakeoff.plotting.text"

local page = {}

-- column: 85 mm, page: 170 mm on paper; slide: 16:9, 96 pixels per inch. mm: the width of a PDF.
page.SIZES = {
   column = {
      width = 440.0, height = 330.0, title = 15.0, sub = 11.0, body = 11.5, foot = 8.0, edge = 12.0,
      mm = 85.0,
   },
   page = {
      width = 820.0, height = 480.0, title = 20.0, sub = 13.0, body = 14.0, foot = 10.0, edge = 18.0,
      mm = 170.0,
   },
   slide = {
      width = 1280.0, height = 720.0, title = 32.0, sub = 20.0, body = 22.0, foot = 13.0, edge = 32.0,
      mm = 1280 / 96 * 25.4, fixed = true,
   },
}

local LEADING = 1.28 -- from line to line, in font sizes
local X_TITLE = 2.5 -- from the plot's bottom to the middle of the x axis's title, in body sizes
local X_AXIS = 3.3 -- height of tick labels and title of the x axis, in body sizes

-- The largest size at which the title fits: on two lines, or three if it is very long.
local function fit_title(title, size, room)
   for _, try in ipairs { { 1, 1 }, { 0.88, 1 }, { 1, 2 }, { 0.85, 2 }, { 0.85, 3 }, { 0.7, 4 } } do
      local lines = text.wrap(title, size * try[1], room, try[2], true)
      if not lines[#lines] or not lines[#lines]:find("…$") then
         return text.balance(title, size * try[1], room, #lines, true), size * try[1]
      end
   end
   return text.wrap(title, size * 0.7, room, 4, true), size * 0.7
end

-- A label for the middle of a line whose top is at `top`.
local function stack(lines, size, top, height)
   local at = {}
   for index in ipairs(lines) do
      at[index] = 1 - (top + (index - 0.5) * size * LEADING) / height
   end
   return at, top + #lines * size * LEADING
end

-- Lines of parts: a line breaks between two parts, and inside a part only if it is longer than a line.
local function lines_of(parts, size, room)
   local lines = {}
   for _, part in ipairs(parts) do
      if part and part ~= "" then
         local longer = lines[#lines] and lines[#lines] .. " · " .. part
         if longer and text.width(longer, size) <= room then
            lines[#lines] = longer
         else
            local wrapped = text.wrap(part, size, room, 2)
            table.move(wrapped, 1, #wrapped, #lines + 1, lines)
         end
      end
   end
   return lines
end

--- A page. spec: { title=, subtitle= and foot={parts; false is skipped}, size=, height=(optional) };
-- height(size) gives the height of a page that may grow. Returns { width, height, fixed, edge, body, top,
-- plot_bottom, vars }: the plot goes between `top` and `plot_bottom` (pixels), with the x axis below; vars
-- are the assignments of the page's texts.
function page.new(spec)
   local size = page.SIZES[spec.size or "page"]
   local room = size.width - 2 * size.edge
   local height = not size.fixed and spec.height and spec.height(size) or size.height
   local title, title_size = fit_title(spec.title, size.title, room)
   local sub = lines_of(spec.subtitle, size.sub, room)
   local foot = lines_of(spec.foot, size.foot, room)
   if not size.fixed then
      local more = (#foot - 1) * size.foot + (#title - 1) * title_size + (#sub - 1) * size.sub
      height = height + more * LEADING
   end
   local title_at, below = stack(title, title_size, size.edge * 0.8, height)
   local sub_at, top = stack(sub, size.sub, below + size.sub * 0.35, height)
   local foot_top = height - size.edge * 0.5 - #foot * size.foot * LEADING
   local foot_at = stack(foot, size.foot, foot_top, height)
   return {
      width = size.width, height = height, edge = size.edge, body = size.body, small = size.sub,
      fixed = size.fixed, top = top + size.body * 1.1, plot_bottom = foot_top - size.body * (0.55 + X_AXIS),
      vars = {
         { "width", size.width }, { "width_mm", size.mm }, { "height", height },
         { "edge", size.edge / size.width },
         { "title", title }, { "title_at", title_at }, { "title_size", title_size },
         { "subtitle", sub }, { "subtitle_at", sub_at }, { "subtitle_size", size.sub },
         { "foot", foot }, { "foot_at", foot_at },
         { "foot_size", size.foot }, { "body_size", size.body }, { "plain_title", spec.title },
      },
   }
end

--- Adds the plot's rectangle (pixels) to the page's assignments.
function page.plot_area(self, left, right, top, bottom)
   for _, pair in ipairs {
      { "plot_left", left / self.width }, { "plot_right", right / self.width },
      { "plot_top", 1 - top / self.height }, { "plot_bottom", 1 - bottom / self.height },
      { "x_title_at", 1 - (bottom + X_TITLE * self.body) / self.height },
   } do
      table.insert(self.vars, pair)
   end
end

--- Adds assignments.
function page.add(self, assignments)
   table.move(assignments, 1, #assignments, #self.vars + 1, self.vars)
end

return page
