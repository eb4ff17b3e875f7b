--- A woven notebook as an .ipynb file (nbformat 4.5) with its outputs, for Jupyter and for forges. Cells keep
-- their ids from one weaving to the next, so that a diff shows what has changed.
--
-- The format: https://nbformat.readthedocs.io/en/latest/format_description.html

local blocks = require "bakeoff.report.html.blocks"
local claim_text = require "bakeoff.gate.claim_text"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local inline = require "bakeoff.report.inline"
local json = require "bakeoff.base.json"
local report_markdown = require "bakeoff.report.markdown"

local ipynb = {}

-- Several lines are a list of strings that end with line feeds.
local function lines_of(text)
   local list = json.array {}
   for line in text:gmatch "[^\n]*\n?" do
      list[#list + 1] = line ~= "" and line or nil
   end
   return list
end

local function display(data)
   local kinds = {}
   for kind, text in pairs(data) do
      kinds[kind] = lines_of(text)
   end
   return { output_type = "display_data", data = kinds, metadata = {} }
end

local CLAIM = '<p><b style="color:%s">%s:</b> %s<br><small>%s <code>%s</code></small></p>\n'

-- Colours that can be read on white and on Jupyter's dark ground.
local COLOURS = { held = "#0a8262", not_shown = "#a06000", refuted = "#cc4400" }

local function claim(output)
   local outcome, escape = output.claim, inline.escape
   local word, found = claim_text.word(outcome), claim_text.detail(outcome)
   return display { ["text/plain"] = ("%s: %s\n%s"):format(word, outcome.says, found),
      ["text/html"] = CLAIM:format(COLOURS[outcome.verdict], word, escape(outcome.says), escape(found),
         escape(outcome.condition)) }
end

local function blocks_output(output)
   local parts, context = {}, { pictures = {}, figures = 0 }
   for index, block in ipairs(output.blocks) do
      parts[index] = blocks.html(block, context)
   end
   local markdown = report_markdown.blocks(output.blocks)
   return display { ["text/plain"] = markdown, ["text/markdown"] = markdown,
      ["text/html"] = table.concat(parts) }
end

-- Without the XML declaration: nbconvert refuses a text that names its encoding.
local function drawing(path)
   local content = files.read(path)
   return content and content:match "<svg%f[%s].*"
end

-- As PNG: Jupyter shows SVG of trusted notebooks alone, and nbconvert empties it. The PNG has more pixels
-- than it is to be wide; the SVG tells the width. Without a PNG, SVG is better than nothing.
local function chart(output, folder)
   local svg = output.files.light and drawing(folder .. "/" .. output.files.light) or nil
   local shown = display { ["text/plain"] = output.alt or output.name,
      ["image/png"] = output.png and core.base64(output.png) or nil,
      ["image/svg+xml"] = not output.png and svg or nil }
   local width = output.png and svg and svg:match '^<svg%s+width="(%d+)"'
   shown.metadata = width and { ["image/png"] = { width = math.tointeger(tonumber(width)) } } or {}
   return shown
end

local function error_output(output)
   return { output_type = "error", ename = "Error", evalue = output.message,
      traceback = lines_of(output.traceback or output.message) }
end

local KINDS = {
   printed = function(output)
      return { output_type = "stream", name = "stdout", text = lines_of(output.text) }
   end,
   value = function(output) return display { ["text/plain"] = output.text } end,
   blocks = blocks_output, chart = chart, claim = claim, error = error_output,
}

-- A title names a cell for as long as it has it; a cell without one is known by its source.
local function name_of(cell)
   local words = (cell.title or ""):lower():gsub("[^%w]+", "-"):gsub("^%-", ""):gsub("%-$", ""):sub(1, 40)
   return words ~= "" and words or core.work_sha256(cell.kind .. "\n" .. cell.source):sub(1, 12)
end

local function id_of(cell, used)
   local name = name_of(cell)
   local id, number = name, 1
   while used[id] do
      number = number + 1
      id = ("%s-%d"):format(name, number)
   end
   used[id] = true
   return id
end

local function metadata_of(cell)
   return { title = cell.title, tags = #cell.tags > 0 and cell.tags or nil }
end

local function outputs_of(cell, folder)
   local list = json.array {}
   for index, output in ipairs(cell.outputs or {}) do
      list[index] = KINDS[output.kind](output, folder)
   end
   return list
end

local function cell_of(cell, state)
   local made = { cell_type = cell.kind, id = id_of(cell, state.used), metadata = metadata_of(cell),
      source = lines_of(cell.kind == "markdown" and cell.text or cell.source) }
   if cell.kind == "code" then
      state.count = state.count + 1
      made.execution_count = #(cell.outputs or {}) > 0 and state.count or json.null
      made.outputs = outputs_of(cell, state.folder)
   end
   return made
end

local METADATA = { kernelspec = { display_name = "Lua", language = "lua", name = "lua" },
   language_info = { name = "lua", file_extension = ".lua", mimetype = "text/x-lua", version = "5.4" } }

local KEYS = { "cells", "cell_type", "execution_count", "id", "metadata", "output_type", "name", "data",
   "outputs", "source", "nbformat", "nbformat_minor" }

--- The text of the file. woven: see README.md
function ipynb.of(woven)
   local state = { used = {}, count = 0, folder = woven.folder }
   local cells = json.array {}
   for index, cell in ipairs(woven.cells) do
      cells[index] = cell_of(cell, state)
   end
   return json.encode({ cells = cells, metadata = METADATA, nbformat = 4, nbformat_minor = 5 },
      { pretty = true, keys = KEYS })
end

return ipynb
