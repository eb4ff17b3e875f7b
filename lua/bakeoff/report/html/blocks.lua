--- Blocks of a report's document (../document.lua) as HTML.

local inline = require "bakeoff.report.inline"

local blocks = {}

local escape = inline.escape

-- In a sentence only the per cent sign is surely no word of its own.
local function sentence_html(item) return (inline.html(item):gsub("(%d) %%", "%1\u{a0}%%")) end

local function items_html(items)
   local parts = {}
   for index, item in ipairs(items) do
      local below = type(item) == "table" and item.items and items_html(item.items) or ""
      parts[index] = "<li>" .. sentence_html(item) .. below .. "</li>\n"
   end
   return "<ul>\n" .. table.concat(parts) .. "</ul>\n"
end

local UNITS = { min = 60, s = 1, ms = 1e-3, ["µs"] = 1e-6, GiB = 1024 ^ 3, MiB = 1024 ^ 2, KiB = 1024, B = 1 }

--- The number a cell is sorted by: that at its start, in base units; 1 for the reference itself; nil where it
-- starts with no number.
function blocks.sort_value(text)
   if text == "reference" then
      return 1
   end
   local digits, unit = text:match("^(%-?%d[%d.,]*e?%-?%d*)%s*([^%s%d%[%(]*)")
   local number = digits and tonumber((digits:gsub(",", "")))
   return number and number * (UNITS[unit] or 1)
end

-- A number and its unit stay on one line.
local function unbroken(safe) return (safe:gsub("(%d) ([%aµ%%×])", "%1\u{a0}%2")) end

local VERDICTS = { "no difference shown", "too few repeats", "faster", "slower" }

-- The figure first, what belongs to it smaller: intervals, and the verdict with its colour.
local function cell_html(text, tone)
   local safe = escape(text)
   for _, verdict in ipairs(VERDICTS) do
      safe = safe:gsub("^(.*%S) (" .. verdict .. ")$", function(before, said)
         return ('%s <b class="verdict %s">%s</b>'):format(before, tone or "", said)
      end)
   end
   return (unbroken(safe):gsub("(%[[%d.,%s%-]+%])", "<small>%1</small>"))
end

local TONES = { faster = "better", slower = "worse" }

local function row_html(columns, row)
   local parts = {}
   for index, column in ipairs(columns) do
      local text = tostring(row[index] or "")
      local value, tone = blocks.sort_value(text), TONES[row.colours and row.colours[index]]
      local class = column.right and ' class="right"' or ""
      local data = value and index > 1 and (' data-v="%.9g"'):format(value) or ""
      local tag = index == 1 and "th scope=row" or "td"
      parts[index] = ("<%s%s%s>%s</%s>"):format(tag, class, data, cell_html(text, tone), tag:match("^%w+"))
   end
   return ("<tr>%s</tr>\n"):format(table.concat(parts))
end

local function table_html(block)
   local head, body = {}, {}
   for index, column in ipairs(block.columns) do
      head[index] = ('<th scope="col"%s>%s</th>'):format(column.right and ' class="right"' or "",
         unbroken(escape(column.title)))
   end
   for index, row in ipairs(block.rows) do
      body[index] = row_html(block.columns, row)
   end
   return ('<div class="scroll" tabindex="0" role="region" aria-label="%s"><table class="sortable">\n'
      .. "<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody></table></div>\n"):format(escape(block.title or ""),
      table.concat(head), table.concat(body))
end

local function figure_html(block, context)
   local chart = block.chart
   context.figures = context.figures + 1
   local picture = context.pictures[chart.name]
   if not picture then
      return ("<p>%s: not in this page; see <code>%s</code></p>\n"):format(escape(chart.title),
         escape(chart.pictures[1] or chart.gp))
   end
   local caption = (chart.about or chart.name):gsub("^%l", string.upper)
   return ('<figure id="chart-%s">%s<figcaption>Figure %d. %s. Rows: <code>%s</code></figcaption></figure>\n')
      :format(chart.name, picture, context.figures, escape(caption), escape(chart.dat))
end

local function facts_html(block)
   local parts = {}
   for index, pair in ipairs(block.pairs) do
      parts[index] = ("<dt>%s</dt><dd>%s</dd>\n"):format(escape(pair[1]), escape(pair[2]))
   end
   return "<dl>\n" .. table.concat(parts) .. "</dl>\n"
end

local KINDS = {
   text = function(block) return "<p>" .. sentence_html(block.text) .. "</p>\n" end,
   list = function(block) return items_html(block.items) end,
   code = function(block) return "<pre><code>" .. escape(block.text) .. "</code></pre>\n" end,
   heading = function(block) return "<h3>" .. escape(block.text) .. "</h3>\n" end,
   table = table_html, figure = figure_html, facts = facts_html,
}

--- One block. context: { pictures = name → HTML of the drawings, figures = how many stood before }.
function blocks.html(block, context) return KINDS[block.kind](block, context) end

return blocks
