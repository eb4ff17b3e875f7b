--- What a code cell has shown, as HTML.

local blocks = require "bakeoff.report.html.blocks"
local claim_text = require "bakeoff.gate.claim_text"
local files = require "bakeoff.base.files"
local inline = require "bakeoff.report.inline"
local registry = require "bakeoff.charts.registry"
local svg = require "bakeoff.report.html.svg"
local text = require "bakeoff.base.text"

local outputs = {}

local escape = inline.escape

local function printed(output)
   return ('<pre class="printed">%s</pre>\n'):format(inline.escape_lines((output.text:gsub("\n$", ""))))
end

local function blocks_html(output, context)
   local parts = {}
   for index, block in ipairs(output.blocks) do
      parts[index] = blocks.html(block, context)
   end
   return table.concat(parts)
end

-- The whole of a drawing, as its file says it.
local function view_of(drawing)
   local width, height = drawing:match 'viewBox="0 0 ([%d.]+) ([%d.]+)"'
   if width then
      return { x = 0, y = 0, width = tonumber(width), height = tonumber(height), foot = tonumber(height) }
   end
end

-- → the drawing as part of the page; or nil, reason
local function drawing(output, context)
   if not output.files.light then
      return nil, "it could not be drawn"
   end
   local light = files.read(context.folder .. "/" .. output.files.light)
   local dark = files.read(context.folder .. "/" .. output.files.dark) or light
   local view = light and view_of(light)
   if not view then
      return nil, light and "it is not a drawing of gnuplot" or "its file can't be read"
   end
   return svg.inline(light, dark, { class = "drawing", prefix = ("chart-%d-"):format(context.figures),
      palette = context.palette, view = view, label = output.alt or output.name })
end

local function caption(output, context)
   local run = output.run
   local id = run and context.runs[run]
   local name = id and ('<a href="#run-%s">%s</a>'):format(id, escape(run)) or run and escape(run)
   local entry = registry.entry(output.name)
   local about = text.capital(entry and entry.about or output.name)
   return ("Figure %d. %s%s"):format(context.figures, escape(about), name and ": " .. name or "")
end

local FIGURE = '<figure><div class="scroll" tabindex="0" role="region" aria-label="%s">%s</div>'
   .. "<figcaption>%s</figcaption></figure>\n"

local function chart(output, context)
   context.figures = context.figures + 1
   local picture, reason = drawing(output, context)
   picture = picture or ("<p>%s: not in this page, because %s.</p>"):format(
      escape(output.alt or output.name), escape(reason))
   return FIGURE:format(escape(output.name), picture, caption(output, context))
end

-- "held" and "not_shown" are also classes, which colour the sentence; the word says it without colours.
local CLAIM = [[
<div class="claim %s"><p><b class="word">%s</b> %s</p>
<p class="proof">%s <code>%s</code></p></div>
]]

local function claim(output)
   local outcome = output.claim
   return CLAIM:format(outcome.verdict, claim_text.word(outcome), escape(outcome.says),
      escape(claim_text.detail(outcome)), escape(outcome.condition))
end

local function traceback(output)
   local lines = inline.escape_lines(output.traceback or "")
   return lines ~= "" and ("<details><summary>Traceback</summary><pre>%s</pre></details>"):format(lines) or ""
end

local FAILED = '<div class="warning failed"><h2>Cell %d failed%s</h2>\n<pre>%s</pre>%s</div>\n'

local function error_html(output, context)
   local line = output.line and (", line %d of the file"):format(output.line) or ""
   return FAILED:format(context.cell, line, inline.escape_lines(output.message), traceback(output))
end

local KINDS = { printed = printed, value = printed, blocks = blocks_html, chart = chart, claim = claim,
   error = error_html }

--- The outputs of one cell. context: { folder, palette, figures = number of earlier figures, pictures = {},
-- runs = name → id of those in the page, cell = the cell's number }
function outputs.html(list, context)
   local parts = {}
   for index, output in ipairs(list) do
      parts[index] = KINDS[output.kind](output, context)
   end
   return table.concat(parts)
end

return outputs
