--- The pictures of a page: each chart light and dark, in the folder of the page's files. A picture is drawn
-- only if its data or its look have changed since the last weaving, or somebody has edited its file.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"

local pictures = {}

local THEMES = { { "light", "" }, { "dark", ".dark" } }

-- Which charts are shown, each once: list of { base = name of its files, built, digest, outputs }.
local function charts_of(cells, source_of)
   local list, by_digest, used = {}, {}, {}
   for _, cell in ipairs(cells) do
      for _, output in ipairs(cell.outputs or {}) do
         if output.kind == "chart" then
            local base = ("%s_%s"):format(output.run, output.name):gsub("[^%w_.-]", "-")
            local digest = base .. core.work_sha256(source_of(output.built))
            local chart = by_digest[digest]
            if not chart then
               used[base] = (used[base] or 0) + 1
               chart = { base = used[base] > 1 and ("%s_%d"):format(base, used[base]) or base, outputs = {},
                  digest = digest:sub(#base + 1), built = output.built }
               by_digest[digest], list[#list + 1] = chart, chart
            end
            chart.outputs[#chart.outputs + 1] = output
         end
      end
   end
   return list
end

-- Everything on which a drawing depends.
local function source_of(built)
   local text = require("bakeoff.plotting.script").text(built, { formats = { "svg" } })
   return (text or "") .. "\0" .. built.data
end

local function names_of(chart)
   local names = {}
   for index, theme in ipairs(THEMES) do
      names[index] = ("%s%s.svg"):format(chart.base, theme[2])
   end
   return names
end

local function digest_of(place, name)
   local content = files.read(place.files .. "/" .. name)
   return content and core.work_sha256(content)
end

--- Is a picture's file as it was drawn? drawn: as draw returns it; without the name (records of earlier
-- versions), any file is.
function pictures.is_as_drawn(place, name, drawn)
   local digest = digest_of(place, name)
   return digest ~= nil and (not drawn[name] or digest == drawn[name])
end

-- Was this chart drawn before?
local function is_drawn(place, chart, known, drawn)
   for _, name in ipairs(names_of(chart)) do
      if known[name] ~= chart.digest or not pictures.is_as_drawn(place, name, drawn) then
         return false
      end
   end
   return true
end

-- → the folder with the drawings; as draw.write_all
local function draw_all(place, charts, theme, format)
   local draw, folder, list = require "bakeoff.plotting.draw", place.work .. "/drawing", {}
   for index, chart in ipairs(charts) do
      list[index] = setmetatable({ name = chart.base }, { __index = chart.built })
   end
   core.mkdirs(folder)
   return folder, draw.write_all(folder, list, { theme = theme, formats = { format } })
end

local function draw_theme(place, charts, theme, problems)
   local folder, outcome, message = draw_all(place, charts, theme[1], "svg")
   for _, chart in ipairs(charts) do
      local drawn = outcome and outcome[chart.base] or message
      local ok, why = drawn, nil
      if drawn == true then
         ok, why = os.rename(("%s/%s.svg"):format(folder, chart.base),
            ("%s/%s%s.svg"):format(place.files, chart.base, theme[2]))
      end
      if ok ~= true then
         problems[#problems + 1] = ("%s not drawn: %s"):format(chart.base, why or drawn)
         chart.failed = true
      end
   end
   core.remove_tree(folder)
end

local function name_files(place, chart, digests)
   local names = names_of(chart)
   for _, output in ipairs(chart.outputs) do
      output.built = nil
      output.files = not chart.failed and { light = place.short .. "/" .. names[1],
         dark = place.short .. "/" .. names[2] } or {}
   end
   for _, name in ipairs(not chart.failed and names or {}) do
      digests[name] = chart.digest
   end
end

-- Drawings of charts that the page no longer shows.
local function remove_old(place, known, digests)
   for name in pairs(known) do
      if not digests[name] and not name:find "/" then
         os.remove(place.files .. "/" .. name)
      end
   end
end

local function digests_of(place, names)
   local drawn = {}
   for name in pairs(names) do
      drawn[name] = digest_of(place, name)
   end
   return drawn
end

--- Gives the charts among the outputs their `files` without drawing them. → file → digest of what would be
-- drawn
function pictures.name(cells, place)
   local digests = {}
   for _, chart in ipairs(charts_of(cells, source_of)) do
      name_files(place, chart, digests)
   end
   return digests
end

--- Draws the charts among the outputs, and gives these outputs their `files` instead of `built`. known and
-- drawn: as the last weaving returned them. → file → digest of what was to be drawn; a list of lines on
-- charts that could not be drawn (their `files` are empty); file → digest of the drawing.
function pictures.draw(cells, place, known, drawn)
   local charts, missing, problems, digests = charts_of(cells, source_of), {}, {}, {}
   for _, chart in ipairs(charts) do
      missing[#missing + 1] = not is_drawn(place, chart, known, drawn) and chart or nil
   end
   for _, theme in ipairs(#missing > 0 and THEMES or {}) do
      draw_theme(place, missing, theme, problems)
   end
   for _, chart in ipairs(charts) do
      name_files(place, chart, digests)
   end
   remove_old(place, known, digests)
   return digests, problems, digests_of(place, digests)
end

--- Draws the charts among the outputs as PNG, too, and gives these outputs their `png`, a file's content:
-- not every program shows SVG. To be called before pictures.draw, which takes away what they are drawn from.
-- Charts that could not be drawn have none.
function pictures.draw_png(cells, place)
   local charts = charts_of(cells, source_of)
   if #charts == 0 then
      return
   end
   local folder = draw_all(place, charts, "light", "png")
   for _, chart in ipairs(charts) do
      local content = files.read(("%s/%s.png"):format(folder, chart.base))
      for _, output in ipairs(chart.outputs) do
         output.png = content
      end
   end
   core.remove_tree(folder)
end

return pictures
