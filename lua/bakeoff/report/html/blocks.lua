--- Blocks of a report's document (../document.lua) as HTML.

local inline = require "bakeoff.report.inline"
local text = require "bakeoff.base.text"

local blocks = {}

local escape = inline.escape

--- A sentence. Only the per cent sign is joined to its number: any other unit could also be a word.
function blocks.sentence(item) return (inline.html(item):gsub("(%d) %%", "%1\u{a0}%%")) end

local function items_html(items)
   local parts = {}
   for index, item in ipairs(items) do
      local below = type(item) == "table" and item.items and items_html(item.items) or ""
      parts[index] = "<li>" .. blocks.sentence(item) .. below .. "</li>\n"
   end
   return "<ul>\n" .. table.concat(parts) .. "</ul>\n"
end

--- Keeps numbers and their units on one line, and a stroke with what stands before it. safe: escaped.
function blocks.unbroken(safe)
   return (safe:gsub("(%d) ([%aµ%%×])", "%1\u{a0}%2"):gsub(" /%f[%s]", "\u{a0}/"))
end

-- The figure comes first, then in smaller type its interval and its note, coloured by tone.
local function cell_html(cell)
   if type(cell) ~= "table" then
      return blocks.unbroken(escape(tostring(cell or "")))
   end
   local parts = { blocks.unbroken(escape(cell.text)) }
   parts[#parts + 1] = cell.interval and ("<small>%s</small>"):format(escape(cell.interval)) or nil
   local note = cell.note and blocks.unbroken(escape(cell.note))
   parts[#parts + 1] = cell.tone and note and ('<b class="verdict %s">%s</b>'):format(cell.tone, note) or note
   return table.concat(parts, " ")
end

-- Rows of a contender that can be hidden have its class.
local function row_html(columns, row, choice)
   local own = choice and row.label and choice:class(row.label)
   local parts = {}
   for index, column in ipairs(columns) do
      local value = type(row[index]) == "table" and row[index].value
      local class = column.right and ' class="right"' or ""
      local data = value and index > 1 and (' data-v="%.9g"'):format(value) or ""
      local tag = index == 1 and "th scope=row" or "td"
      parts[index] = ("<%s%s%s>%s</%s>"):format(tag, class, data, cell_html(row[index]), tag:match("^%w+"))
   end
   return ("<tr%s>%s</tr>\n"):format(own and (' class="%s"'):format(own) or "", table.concat(parts))
end

-- The head of a table that can be sorted by its titles; "" for one without titles.
local function head_html(columns)
   local head, has_titles = {}, false
   for index, column in ipairs(columns) do
      has_titles = has_titles or column.title ~= ""
      head[index] = ('<th scope="col"%s>%s</th>'):format(column.right and ' class="right"' or "",
         blocks.unbroken(escape(column.title)))
   end
   return has_titles and "<thead><tr>" .. table.concat(head) .. "</tr></thead>\n" or ""
end

local TABLE = '<div class="scroll" tabindex="0" role="region" aria-label="%s"><table%s>\n'
   .. "%s<tbody>\n%s</tbody></table></div>\n"

local function table_html(block, context)
   local head, body = head_html(block.columns), {}
   for index, row in ipairs(block.rows) do
      body[index] = row_html(block.columns, row, context.choice)
   end
   return TABLE:format(escape(block.title or ""), head ~= "" and ' class="sortable"' or "", head,
      table.concat(body))
end

-- The number of the figure is a link to it, which a reader can copy and the keyboard reaches.
local FIGURE = '<figure id="chart-%s">%s<figcaption><a href="#chart-%s">Figure %d</a>. %s.'
   .. " Rows: <code>%s</code></figcaption></figure>\n"

local function figure_html(block, context)
   local chart = block.chart
   context.figures = context.figures + 1
   local picture = context.pictures[chart.name]
   if not picture then
      return ("<p>%s: not in this page; see <code>%s</code></p>\n"):format(escape(chart.title),
         escape(chart.pictures[1] or chart.gp))
   end
   local caption = text.capital(chart.about or chart.name)
   return FIGURE:format(chart.name, picture, chart.name, context.figures, escape(caption), escape(chart.dat))
end

local function facts_html(block)
   local parts = {}
   for index, pair in ipairs(block.pairs) do
      parts[index] = ("<dt>%s</dt><dd>%s</dd>\n"):format(escape(pair[1]), escape(pair[2]))
   end
   return "<dl>\n" .. table.concat(parts) .. "</dl>\n"
end

local KINDS = {
   text = function(block) return "<p>" .. blocks.sentence(block.text) .. "</p>\n" end,
   list = function(block) return items_html(block.items) end,
   code = function(block) return "<pre><code>" .. escape(block.text) .. "</code></pre>\n" end,
   heading = function(block) return "<h3>" .. escape(block.text) .. "</h3>\n" end,
   table = table_html, figure = figure_html, facts = facts_html,
}

function KINDS.folded(block, context)
   return ("<details><summary>%s</summary>\n%s</details>\n"):format(escape(block.title),
      blocks.list(block.blocks, context))
end

--- One block. context: { pictures = name → HTML of the drawings, figures = number of earlier figures, choice
-- = from choice.lua, or nil }.
function blocks.html(block, context) return KINDS[block.kind](block, context) end

--- A list of blocks. Figures that follow each other share a row where the page is wide enough.
function blocks.list(list, context)
   local parts = {}
   for index, block in ipairs(list) do
      local is_figure = block.kind == "figure"
      local begins = is_figure and (list[index - 1] or {}).kind ~= "figure"
      local ends = is_figure and (list[index + 1] or {}).kind ~= "figure"
      parts[#parts + 1] = begins and '<div class="figures">\n' or nil
      parts[#parts + 1] = blocks.html(block, context)
      parts[#parts + 1] = ends and "</div>\n" or nil
   end
   return table.concat(parts)
end

return blocks
