--- A woven notebook as one self-contained page, in the look of report.html: text, code and outputs in their
-- order, charts inside, and the report of each experiment, folded, at the end. It works without scripts.

local claim_text = require "bakeoff.gate.claim_text"
local core = require "bakeoff.core"
local experiments = require "bakeoff.notebook.html.experiments"
local files = require "bakeoff.base.files"
local highlight = require "bakeoff.notebook.html.highlight"
local inline = require "bakeoff.report.inline"
local markdown = require "bakeoff.notebook.html.markdown"
local numbers = require "bakeoff.base.numbers"
local outputs = require "bakeoff.notebook.html.outputs"
local report_page = require "bakeoff.report.html.page"
local svg = require "bakeoff.report.html.svg"
local tags = require "bakeoff.notebook.tags"
local tokens = require "bakeoff.notebook.tokens"

local page = {}

local escape = inline.escape

local function failed(cell)
   local last = cell.outputs and cell.outputs[#cell.outputs]
   return last and last.kind == "error" or false
end

-- Readers come for the outputs: code is folded, unless its cell has failed or asks for it.
local function is_open(cell) return failed(cell) or tags.has(cell, "show-input") end

local function lines_of(cell)
   return cell.first_line >= cell.last_line and ("line %d"):format(cell.first_line)
      or ("lines %d to %d"):format(cell.first_line, cell.last_line)
end

local CODE = '<details class="code"%s><summary>Code%s <small>cell %d, %s</small></summary>'
   .. "<pre><code>%s</code></pre></details>\n"

local function code_html(cell)
   local is_removed = tags.has(cell, "remove-input", "remove-cell") and not failed(cell)
   local is_comment = not cell.marker_line and #tokens.of(cell.source) == 0 -- before the first marker
   if is_removed or is_comment or not cell.source:find "%S" then
      return ""
   end
   local title = cell.title and ": " .. escape(cell.title) or ""
   return CODE:format(is_open(cell) and " open" or "", title, cell.number, lines_of(cell),
      highlight.lua(cell.source))
end

local FOLDED = '<details class="shown"><summary>Output</summary>\n%s</details>\n'

-- The error of a failed cell is always shown.
local function shown_html(cell, context)
   context.cell = cell.number
   local is_kept = failed(cell) or not tags.has(cell, "remove-output", "remove-cell")
   local shown = is_kept and outputs.html(cell.outputs or {}, context) or ""
   local is_folded = not failed(cell) and tags.has(cell, "hide-output", "hide-cell")
   return shown == "" and "" or (is_folded and FOLDED or '<div class="shown">\n%s</div>\n'):format(shown)
end

-- The notebook's title is the first heading of its first text; where the text begins with it, it goes
-- into the page's header.
local function text_html(cell, context)
   local html, is_first = markdown.html(cell.text, context), not context.has_text
   context.has_text = true
   local heading, rest = html:match "^<h%d[^>]*>(.-)</h%d>\n(.*)$"
   if is_first and heading then
      context.title = heading
      table.remove(context.contents, 1)
      return rest
   end
   return html
end

local CELLS = {
   markdown = function(cell, context)
      return tags.has(cell, "remove-cell") and "" or text_html(cell, context)
   end,
   code = function(cell, context) return code_html(cell) .. shown_html(cell, context) end,
   raw = function() return "" end, -- for other programs
}

local function cell_html(cell, context)
   local inside = CELLS[cell.kind](cell, context)
   return inside ~= "" and ('<section class="cell %s" id="cell-%d">\n%s</section>\n'):format(cell.kind,
      cell.number, inside) or ""
end

local function failed_cell(woven)
   for _, cell in ipairs(woven.cells) do
      if failed(cell) then
         return cell.number
      end
   end
end

local function banner(woven)
   local number = woven.status ~= "complete" and failed_cell(woven)
   if woven.status == "complete" then
      return ""
   end
   local what = number and ('<a href="#cell-%d">Cell %d</a> failed; the cells after it have not run.')
      :format(number, number) or "Not all cells have run."
   return ('<section class="warning"><h2>This notebook is incomplete</h2><p>%s</p></section>\n'):format(what)
end

-- The headings of the text cells, without small ones.
local function contents_html(list, has_experiments)
   local parts = {}
   for _, heading in ipairs(list) do
      if heading.level <= 2 then
         parts[#parts + 1] = ('<a href="#%s">%s</a>'):format(heading.id, heading.title)
      end
   end
   parts[#parts + 1] = has_experiments and '<a href="#experiments">Experiments</a>' or nil
   return #parts > 1 and '<nav aria-label="Contents">' .. table.concat(parts, "\n") .. "</nav>\n" or ""
end

local function facts_html(woven)
   local parts = { woven.path:match "[^/]*$" }
   parts[#parts + 1] = claim_text.counts(woven.claims)
   parts[#parts + 1] = #woven.runs > 0 and numbers.plural(#woven.runs, "experiment") or nil
   for index, part in ipairs(parts) do
      parts[index] = "<span>" .. escape(part) .. "</span>"
   end
   return ('<p class="facts">%s</p>\n'):format(table.concat(parts, "\n"))
end

local function asset(name)
   return assert(files.read(core.prefix() .. "/share/lua/5.4/bakeoff/notebook/html/" .. name))
end

local function context_of(woven)
   return { folder = woven.folder, palette = svg.palette(), figures = 0,
      pictures = {}, runs = experiments.ids(woven.runs), ids = {}, contents = {} }
end

local function cells_html(woven, context)
   local parts = {}
   for index, cell in ipairs(woven.cells) do
      parts[index] = cell_html(cell, context)
   end
   return table.concat(parts)
end

local HEADER = '<header>\n<h1 class="finding">%s</h1>\n%s%s</header>\n<main>\n'

--- The text of the page. woven: see ../README.md
function page.of(woven)
   local context = context_of(woven)
   local cells = cells_html(woven, context)
   local reports = experiments.html(woven.runs, context)
   local header = HEADER:format(context.title or escape(woven.title), facts_html(woven),
      contents_html(context.contents, #woven.runs > 0))
   local spec = { title = woven.title, palette = context.palette, css = asset "notebook.css",
      script = #woven.runs > 0 and asset "reveal.js" or nil, has_images = context.has_images }
   return report_page.whole(spec, header .. banner(woven) .. cells .. reports .. "</main>\n")
end

return page
