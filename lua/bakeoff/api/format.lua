--- bake.format: values as reports write them, for scripts that print lines of their own. Three significant
-- digits, one unit for a value and its interval, "–" for nil.

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local text_table = require "bakeoff.base.text_table"
local verdict = require "bakeoff.model.verdict"

local format = {}

local KINDS = { "time", "size", "count" }

local function check_number(value, argument)
   if value ~= nil and type(value) ~= "number" then
      failure.usage("%s: expected a number, got a %s", argument, type(value))
   end
   return value
end

--- "1,240"; "–" for nil.
function format.number(value) return numbers.format(check_number(value, "format.number"), "count") end

--- Seconds: "1.20 s", "45.3 ms".
function format.time(seconds) return numbers.format(check_number(seconds, "format.time"), "time") end

--- Bytes: "53.1 MiB".
function format.size(bytes) return numbers.format(check_number(bytes, "format.size"), "size") end

--- "1.20 s [1.18, 1.25]" of a summary { median, low, high }; kind: "time", "size" or "count".
function format.interval(summary, kind)
   if summary ~= nil and type(summary) ~= "table" then
      failure.usage("format.interval: expected { median =, low =, high = }, got a %s", type(summary))
   end
   checks.one_of(kind, KINDS, "format.interval: kind")
   return numbers.interval(summary, kind)
end

--- "1 worker", "4 workers".
function format.plural(count, word) return numbers.plural(count, word) end

--- "a, b and c".
function format.list(words) return numbers.list(words) end

--- Returns "; did you mean 'threads'?", for the end of a message about an unknown name; "" if no name in
-- the list is similar.
function format.suggestion(name, list) return text.suggestion(tostring(name), list) end

--- Translates a verdict's code: "no_difference" becomes "no difference shown". margin: a share, for "same
-- within 3 %".
function format.verdict(code, margin)
   return verdict.text(checks.one_of(code, verdict.codes(), "format.verdict"), margin)
end

--- Escapes a text so that Markdown shows it unchanged.
function format.markdown(words) return text_table.markdown_text(words) end

local function normal(columns)
   local list = {}
   for index, column in ipairs(columns) do
      list[index] = type(column) == "string" and { title = column } or column
   end
   return list
end

--- Formats rows of texts as an aligned table; its lines are joined by line breaks. options: markdown
-- (boolean), width (of the terminal; a wider table is split), keys (how many first columns each part
-- repeats).
function format.table(columns, rows, options)
   options = options or {}
   if type(columns) ~= "table" or type(rows) ~= "table" then
      failure.usage('format.table: expected columns and rows: { "name", "time" } and { { "a", "1 s" } }')
   end
   local lines
   if options.markdown then
      lines = text_table.markdown(normal(columns), rows)
   else
      lines = text_table.terminal(normal(columns), rows,
         { width = options.width or core.terminal(1), keys = options.keys })
   end
   return table.concat(lines, "\n")
end

return format
