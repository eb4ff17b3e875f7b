--- The text of a chart's .gp: its variables, then the templates of plots/, the shared style first. It is
-- self-contained: gnuplot draws the chart from it and the .dat file beside it.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local formats = require "bakeoff.plotting.formats"
local gp = require "bakeoff.plotting.gp"

local script = {}

local read = {} -- templates, by name

local function template(name)
   read[name] = read[name] or files.read(core.prefix() .. "/share/bakeoff/plots/" .. name)
   return read[name]
end

-- The formats it draws by default: pictures only, because those for LaTeX have different texts.
local function usual_formats(options)
   local list = {}
   for _, name in ipairs(options.formats or formats.USUAL) do
      list[#list + 1] = name ~= "tikz" and name or nil
   end
   return #list > 0 and table.concat(list, " ") or "tikz"
end

local function head(built, options)
   return table.concat({
      ("# The chart %s. To redraw it in this folder: gnuplot %s.gp"):format(built.name, built.name),
      ("# On dark: gnuplot -e \"theme='dark'\" %s.gp; as a PDF: gnuplot -e \"formats='pdf'\" %s.gp;"):format(
         built.name, built.name),
      "# for LaTeX: formats='tikz'. The variables: plots/README.md.",
      ("if (!exists('theme')) theme = %s"):format(gp.quote(built.theme or options.theme or "light")),
      ("if (!exists('formats')) formats = %s"):format(gp.quote(usual_formats(options))),
      gp.assign { { "chart", built.name }, { "data", built.name .. ".dat" } }
         .. gp.assign(built.vars) .. gp.assign(gp.texts(built.vars)),
   }, "\n")
end

--- The text; or nil, message. built: a chart's result, which may have a theme of its own; options: theme,
-- formats (a list).
function script.text(built, options)
   local parts = { head(built, options) }
   local names = table.move(built.templates, 1, #built.templates, 1, {})
   names[#names + 1] = "outputs.gp"
   for _, name in ipairs(names) do
      parts[#parts + 1] = template(name)
      if not template(name) then
         return nil, ("%s/share/bakeoff/plots/%s: not found; install bakeoff again"):format(
            core.prefix(), name)
      end
   end
   return table.concat(parts, "\n")
end

return script
