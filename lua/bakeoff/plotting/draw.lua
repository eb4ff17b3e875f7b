--- Draws charts: writes charts/<name>.dat and a self-contained charts/<name>.gp, and has gnuplot make
-- <name>.svg and <name>.png from them. gnuplot is started without a shell, with a time limit.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local gp = require "bakeoff.plotting.gp"

local draw = {}

--- All charts, in the order of the report.
draw.NAMES = { "speed", "workers", "cores", "memory", "footprint", "scaling" }

local TIME_LIMIT_S = 60

local function template(name)
   return files.read(core.prefix() .. "/share/bakeoff/plots/" .. name)
end

--- The text of <name>.gp: variables, then the templates, the shared style first.
local function script(built, options)
   local parts = {
      ("# The chart %s. Draw it again here with: gnuplot %s.gp"):format(built.name, built.name),
      ("# On dark: gnuplot -e \"theme='dark'\" %s.gp. The variables: plots/README.md."):format(built.name),
      ("if (!exists('theme')) theme = %s"):format(gp.quote(options.theme or "light")),
      gp.assign { { "chart", built.name }, { "data", built.name .. ".dat" } } .. gp.assign(built.vars),
   }
   for _, name in ipairs(built.templates) do
      local part = template(name)
      if not part then
         return nil, ("%s/share/bakeoff/plots/%s: not found; is bakeoff installed whole?"):format(
            core.prefix(), name)
      end
      parts[#parts + 1] = part
   end
   return table.concat(parts, "\n")
end

local function first_line(text)
   for line in text:gmatch("[^\n]+") do
      if line:find("%S") and not line:find("^%s*%^") then
         return (line:gsub("^%s+", ""))
      end
   end
   return "no reason given"
end

local function last_error(text)
   local found
   for line in text:gmatch("[^\n]+") do
      if line:find("line %d+:") then
         found = line:gsub("^%s+", ""):gsub('^"[^"]*" ', "")
      end
   end
   return found or first_line(text)
end

-- Returns true, or nil and a line that says what went wrong.
local function run_gnuplot(folder, name)
   local result, message, code = core.command {
      argv = { "gnuplot", "-d", name .. ".gp" }, cwd = folder, timeout = TIME_LIMIT_S,
   }
   if not result then
      if code == "not_found" then
         return nil, "gnuplot is not installed (apt-get install gnuplot-nox)", "gnuplot"
      end
      return nil, message, "gnuplot"
   elseif result.timed_out then
      return nil, ("gnuplot took longer than %d s"):format(TIME_LIMIT_S)
   elseif result.code ~= 0 then
      return nil, "gnuplot failed: " .. last_error(result.stderr)
   end
   return true
end

-- A picture from an earlier run must not pass for one of these rows.
local function remove_old(folder, name)
   for _, extension in ipairs { ".svg", ".png" } do
      os.remove(folder .. "/" .. name .. extension)
   end
end

--- Writes a built chart into an existing folder and draws it there. Returns true, or nil, reason, kind
-- ("gnuplot": it can't be started).
function draw.write(folder, built, options)
   local name = built.name
   local source, problem = script(built, options)
   if not source then
      return nil, problem
   end
   remove_old(folder, name)
   local ok, message = files.write(folder .. "/" .. name .. ".dat", built.data)
   if ok then
      ok, message = files.write(folder .. "/" .. name .. ".gp", source)
   end
   if not ok then
      return nil, message
   end
   return run_gnuplot(folder, name)
end

local function is_in(list, name)
   for _, entry in ipairs(list or {}) do
      if entry == name then
         return true
      end
   end
   return false
end

--- Draws one chart. Returns { name, title, about, svg, png, gp, dat } with paths relative to the run folder;
-- or nil, reason, kind: "nothing" (these rows have nothing for it to show), "aside" (it is not about a run
-- like this one), "gnuplot" (not startable: the others need not be tried), nil (failed).
function draw.one(results, name, options)
   local asked = options.only ~= nil or is_in(options.also, name)
   local built, reason, aside = require("bakeoff.charts." .. name).build(results, options, asked)
   if not built then
      return nil, reason, aside or "nothing"
   end
   local drawn, why, kind = draw.write(results.dir .. "/charts", built, options)
   if not drawn then
      return nil, why, kind
   end
   local path = "charts/" .. name
   return { name = name, title = built.title, about = require("bakeoff.charts." .. name).about,
      svg = path .. ".svg", png = path .. ".png", gp = path .. ".gp", dat = path .. ".dat" }
end

-- The charts that suit a run: of a process that was watched there is only its memory to show, and programs
-- have no worker counts of ours.
local SUITABLE = { attach = { "memory" }, command = { "speed", "memory", "footprint" } }

local function suitable(results, options)
   return options.only or SUITABLE[results.manifest.form] or draw.NAMES
end

--- Draws charts of a run folder. options: { only = {names}, also = {names of charts that would
-- stand aside}, workers =, theme =, size = }.
-- Returns the list of those drawn (see draw.one), a list of lines on what was not drawn although it
-- should have been, and a list of lines on charts that these rows have nothing for.
function draw.all(results, options)
   local drawn, problems, skipped = {}, {}, {}
   local ok, message = core.mkdirs(results.dir .. "/charts")
   if not ok then
      return drawn, { message }, skipped
   end
   for _, name in ipairs(suitable(results, options)) do
      local chart, reason, kind = draw.one(results, name, options)
      if chart then
         drawn[#drawn + 1] = chart
      elseif kind == "nothing" or (kind == "aside" and (options.only or is_in(options.also, name))) then
         skipped[#skipped + 1] = ("%s chart: %s"):format(name, reason)
      elseif kind == "aside" then -- luacheck: ignore 542
         -- not asked for, not missed
      elseif kind == "gnuplot" then
         problems = { "charts not drawn: " .. reason }
         break
      else
         problems[#problems + 1] = ("%s chart not drawn: %s"):format(name, reason)
      end
   end
   return drawn, problems, skipped
end

return draw
