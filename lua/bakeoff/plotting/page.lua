--- The page around a plot: title, subtitle, foot line, sizes and fonts. All in pixels of the SVG, from
-- the top left corner; gnuplot gets fractions of the page.

local files = require "bakeoff.base.files"
local text = require "bakeoff.plotting.text"
local numbers = require "bakeoff.base.numbers"
local repeats_words = require "bakeoff.analysis.wording.repeats"

local page = {}

-- column: 85 mm, page: 170 mm of a paper; slide: 16:9, 96 pixels an inch. mm: the width of a PDF.
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
local X_TITLE = 2.85 -- from the plot's bottom to the middle of the x axis's title, in body sizes
local X_AXIS = 3.3 -- height of tick labels and title of the x axis, in body sizes

local function first(...)
   for index = 1, select("#", ...) do
      local value = select(index, ...)
      if value ~= nil and value ~= "" then
         return value
      end
   end
end

local function machine(environment)
   local cpu = type(environment.cpu) == "table" and environment.cpu or {}
   local model = first(cpu.model, environment.cpu_model, cpu.name)
   local cores = first(cpu.cores_online, cpu.cores, environment.cores, environment.cpus, cpu.count)
   if model then
      model = model:gsub("%(R%)", ""):gsub("%(TM%)", ""):gsub(" CPU", ""):gsub("%s+@.*", "")
   end
   return cores and ("%d × %s"):format(cores, model or "core") or model
end

local function versions(manifest, environment)
   local list = { manifest.bakeoff and "bakeoff " .. manifest.bakeoff }
   local known = type(environment.versions) == "table" and environment.versions or environment
   for _, pair in ipairs { { "Lua", "lua" }, { "libcurl", "curl", "libcurl" }, { "libuv", "uv", "libuv" } } do
      local version = first(known[pair[2]], pair[3] and known[pair[3]])
      if type(version) == "string" and #version < 20 then
         list[#list + 1] = pair[1] .. " " .. version:gsub("^%a+[ /]", "")
      end
   end
   return table.concat(list, ", ")
end

--- FNV-1a, 64 bits, folded: the same rows give the same eight letters.
function page.hash(rows)
   local hash = 0xcbf29ce484222325
   for at = 1, #rows, 4096 do
      for _, byte in ipairs { rows:byte(at, at + 4095) } do
         hash = (hash ~ byte) * 0x100000001b3
      end
   end
   return ("%08x"):format((hash >> 32) ~ (hash & 0xffffffff))
end

--- { "2026-11-21", "2 × Xeon …", "bakeoff 0.1.0, Lua 5.4.4", "seed 1", "rows 1a2b3c4d" }: what the
-- manifest has. results: { manifest, seed (or nil), hash, or dir whose trials.jsonl is hashed }.
function page.foot(results)
   local manifest = results.manifest
   local environment = type(manifest.environment) == "table" and manifest.environment or {}
   results.hash = results.hash or page.hash(files.read(results.dir .. "/trials.jsonl") or "")
   local parts = {}
   for _, part in ipairs {
      (manifest.started or ""):match("^%d+%-%d+%-%d+") or "", machine(environment) or "",
      versions(manifest, environment), results.seed and ("seed %d"):format(results.seed) or "",
      "rows " .. results.hash,
   } do
      if part ~= "" then
         parts[#parts + 1] = part
      end
   end
   return parts
end

--- Job and conditions, as the manifest words them.
function page.job(results)
   local manifest = results.manifest
   local parts = {}
   for _, part in ipairs { manifest.job or manifest.experiment or "", manifest.conditions or "" } do
      if part ~= "" then
         parts[#parts + 1] = part
      end
   end
   return table.concat(parts, ", ")
end

--- "16 workers (sequential: 1)"; false where there is nothing to say: programs that aren't told may have as
-- many as they like.
function page.workers(cells, workers)
   local sequential, others = false, false
   for _, cell in ipairs(cells) do
      sequential = sequential or cell.contender == "sequential"
      others = others or cell.contender ~= "sequential" and not cell.untold
   end
   if not others then
      return false
   end
   local count = numbers.plural(workers, "worker")
   return sequential and workers > 1 and count .. " (sequential: 1)" or count
end

--- "median of 10 trials, 95 % interval", or why there is none. cells: those in the chart; form and plain: see
-- analysis/wording/repeats.lua.
function page.repeats(results, cells, form, plain)
   local least, most
   for _, cell in ipairs(cells) do
      local good = results:summary_of(cell)
      local n = good.trials - good.failed_trials
      if n > 0 then
         least, most = math.min(least or n, n), math.max(most or n, n)
      end
   end
   return repeats_words.sentence(least, most, form, plain)
end

--- "3 warnings", or nil where there are none: the report has them.
function page.warning(results)
   results.warned = results.warned or #results:audit() + (results.steadiness and #results:steadiness() or 0)
   return results.warned > 0 and numbers.plural(results.warned, "warning") or nil
end

-- The largest title size at which it fits: two lines, three when it is very long.
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

-- Lines of parts: a line ends between two parts, inside one only when it is longer than a line.
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
-- height(size) gives that of a page that may grow. Returns { width, height, edge, body, top, plot_bottom,
-- vars }: the plot goes between `top` and `plot_bottom` (pixels), with the x axis below; vars are the
-- assignments of the page's texts.
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
      top = top + size.body * 1.1, plot_bottom = foot_top - size.body * (0.55 + X_AXIS),
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
