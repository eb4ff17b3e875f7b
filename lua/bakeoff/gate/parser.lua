--- Parses conditions of gates into trees, by recursive descent. The text is never run as code.
--
--    condition = sum ("<" | "<=" | ">" | ">=" | "==" | "~=" | "!=") sum
--    sum       = product { ("+" | "-") product }
--    product   = factor { ("*" | "/") factor }
--    factor    = "-" factor | "(" sum ")" | number [unit] | figure
--    figure    = name [ "(" [label] ["," workers] ")" ]
--              | ("min" | "max" | "p50" … "p99") "(" figure ")"
--              | ("ratio" | "ratio_low" | "ratio_high") "(" label "," label ["," workers] ["," name] ")"
--
-- A label is written as it is, or in quotes (lists.lua) if it contains a comma or quote, or is a number.
-- A node: { op = "number", value, kind } | { op = "figure", metric, label, workers, quantile,
-- in_every_trial, text } | { op = "ratio", a, b, workers, metric, bound, text } | { op = "-u", one }
-- | { op = "+" …, one, two }, each with its kind: "time", "size", "rate", "count", or "number" for figures
-- without a unit.

local failure = require "bakeoff.base.failure"
local lists = require "bakeoff.base.lists"
local metrics = require "bakeoff.model.metrics"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local parser = {}
parser.__index = parser

local EXAMPLE = 'write for example "footprint_peak(eventloop) < 40MiB"'
local COMPARISONS = { "<=", ">=", "==", "~=", "!=", "<", ">" }
local ERRORS = { name = "errors", title = "errors", kind = "count", better = "less" }
local RATIOS = { ratio = "ratio", ratio_low = "low", ratio_high = "high" }
local OTHERS = { "errors", "ratio", "ratio_low", "ratio_high" } -- other names that may replace a figure's
local DEEPEST = 50

local function misuse(self, message, ...)
   failure.usage("%s '%s': %s", self.what, text.shown(self.text), message:format(...))
end

local function skip(self) self.at = self.text:find("%S", self.at) or #self.text + 1 end

-- Consumes and returns the text at the current position if it matches the pattern.
local function take(self, pattern)
   skip(self)
   local first, last = self.text:find("^" .. pattern, self.at)
   if first then
      self.at = last + 1
      return self.text:sub(first, last)
   end
end

local function rest(self)
   skip(self)
   return self.at > #self.text and "its end" or ("'%s'"):format(text.shown(self.text:sub(self.at)))
end

local function expect(self, pattern, what)
   return take(self, pattern) or misuse(self, "%s expected at %s", what, rest(self))
end

local UNITS = { { "time", units.seconds }, { "size", units.bytes }, { "rate", units.per_second } }

-- A unit belongs to exactly one kind; a number without a unit fits every kind.
local function number(self, digits)
   local unit = take(self, "[%aµ%%]+") or take(self, "/s%f[%W]") or take(self, "/min%f[%W]")
      or take(self, "/h%f[%W]") or ""
   if not tonumber(digits) then
      misuse(self, "'%s' is not a number", text.shown(digits))
   elseif tonumber(digits) == math.huge then
      misuse(self, "'%s' is too large", text.shown(digits))
   elseif unit == "" or unit == "%" then
      return { op = "number", kind = "number", value = tonumber(digits) / (unit == "%" and 100 or 1) }
   end
   for _, reader in ipairs(UNITS) do
      local ok, value = pcall(reader[2], digits .. unit)
      if ok then
         return { op = "number", kind = reader[1], value = value }
      end
   end
   misuse(self, "'%s' is not a unit; write ns, µs, ms, s, min, h, B, KB, MB, GB, KiB, MiB, GiB, /s or %%",
      text.shown(unit))
end

-- A label up to the comma or parenthesis that ends it; parentheses inside it are part of it.
local function bare_label(self)
   local depth, first = 0, self.at
   while self.at <= #self.text do
      local char = self.text:sub(self.at, self.at)
      if depth == 0 and (char == "," or char == ")") then
         break
      end
      depth = depth + (char == "(" and 1 or char == ")" and -1 or 0)
      self.at = self.at + 1
   end
   return text.without_end(self.text:sub(first, self.at - 1))
end

-- One argument → its text, was it quoted?
local function argument(self)
   local quote = take(self, "[\"']")
   if not quote then
      skip(self)
      return bare_label(self), false
   end
   local label, after = lists.quoted(self.text, self.at - 1)
   if not label then
      misuse(self, "a quotation mark is not closed")
   end
   self.at = after
   return label, true
end

local function arguments(self)
   local list = {}
   if take(self, "%)") then
      return list
   end
   repeat
      local words, quoted = argument(self)
      if words == "" and not quoted then
         misuse(self, "a name is missing at %s", rest(self))
      end
      list[#list + 1] = { words = words, quoted = quoted,
         number = not quoted and math.tointeger(tonumber(words)) or nil }
   until not take(self, ",")
   expect(self, "%)", "')'")
   return list
end

-- Takes the worker count off the end of the list.
local function take_workers(self, list)
   local last = list[#list]
   if last and last.number then
      if last.number < 1 then
         misuse(self, "'%s' is not a worker count", text.shown(last.words))
      end
      return table.remove(list).number
   end
end

local function metric_of(self, name)
   return name == "errors" and ERRORS or metrics.get(name)
      or misuse(self, "'%s' is not a figure%s", text.shown(name), metrics.advice(name, OTHERS))
end

local function figure(self, name, first)
   local node = { op = "figure", metric = metric_of(self, name) }
   if take(self, "%(") then
      local list = arguments(self)
      node.workers = take_workers(self, list)
      node.label = list[1] and list[1].words
      if list[2] then
         misuse(self, "'%s' is not a worker count", text.shown(list[2].words))
      end
   end
   node.kind, node.text = node.metric.kind, text.without_end(self.text:sub(first, self.at - 1))
   node.in_every_trial = node.kind == "count" and node.metric.better == "less" and node.metric ~= ERRORS
   return node
end

local function ratio(self, name, first)
   expect(self, "%(", "'('")
   local list, metric = arguments(self), metrics.get "total_s"
   if #list > 2 and not list[#list].number then
      metric = metric_of(self, table.remove(list).words)
   end
   local workers = take_workers(self, list)
   if #list ~= 2 or metric == ERRORS then
      misuse(self, "%s takes two contenders, and optionally a worker count and a figure: "
         .. "%s(eventloop, threads, 16, cpu_s)", name, name)
   end
   return { op = "ratio", kind = "number", a = list[1].words, b = list[2].words, workers = workers,
      metric = metric, bound = RATIOS[name], text = self.text:sub(first, self.at - 1) }
end

local function quantile_of(name)
   local percent = tonumber(name:match("^p(%d%d?)$"))
   return percent and percent / 100 or ({ min = 0, max = 1 })[name]
end

local function named(self, name, first)
   local quantile = quantile_of(name)
   if RATIOS[name] then
      return ratio(self, name, first)
   elseif not quantile then
      return figure(self, name, first)
   end
   expect(self, "%(", "'('")
   skip(self)
   local node = figure(self, expect(self, "[%a_][%w_]*", "a figure"), self.at)
   if node.metric == ERRORS then
      misuse(self, "%s of errors makes no sense: errors are a sum", name)
   end
   expect(self, "%)", "')'")
   node.quantile, node.in_every_trial, node.text = quantile, false, self.text:sub(first, self.at - 1)
   return node
end

local sum

local function factor(self)
   self.depth = self.depth + 1
   if self.depth > DEEPEST then
      misuse(self, "nested too deeply")
   end
   local node
   skip(self)
   local first = self.at
   if take(self, "%-") then
      local one = factor(self)
      node = { op = "-u", one = one, kind = one.kind }
   elseif take(self, "%(") then
      node = sum(self)
      expect(self, "%)", "')'")
   else
      local digits = take(self, "[%d.]+")
      node = digits and number(self, digits) or named(self, take(self, "[%a_][%w_]*")
         or misuse(self, "expected a figure or a number at %s", rest(self)), first)
   end
   self.depth = self.depth - 1
   return node
end

-- Kinds without a unit.
local function is_plain(kind) return kind == "number" or kind == "count" end

local WORDS = { time = "a time", size = "a size", rate = "a rate", count = "a number" }

local function in_words(kind) return WORDS[kind] or kind end

local function same_kind(self, one, two)
   if one.kind ~= two.kind and one.kind ~= "number" and two.kind ~= "number" then
      misuse(self, "%s and %s can't be compared or added", in_words(one.kind), in_words(two.kind))
   end
   return one.kind == "number" and two.kind or one.kind
end

local function sum_kind(self, _, one, two) return same_kind(self, one, two) end

local function product_kind(_, op, one, two)
   if op == "/" and one.kind == two.kind then
      return "number"
   elseif is_plain(two.kind) then
      return one.kind
   elseif op == "*" and is_plain(one.kind) then
      return two.kind
   end
   return ("%s %s %s"):format(one.kind, op, two.kind)
end

-- operand, or operand op operand op …, grouped from the left.
local function chain(self, operand, operators, kind_of)
   local node = operand(self)
   local op = take(self, operators)
   while op do
      local two = operand(self)
      node = { op = op, one = node, two = two, kind = kind_of(self, op, node, two) }
      op = take(self, operators)
   end
   return node
end

local function product(self) return chain(self, factor, "[*/]", product_kind) end

function sum(self) return chain(self, product, "[+-]", sum_kind) end

local function comparison(self)
   for _, sign in ipairs(COMPARISONS) do
      if take(self, sign) then
         return sign == "!=" and "~=" or sign
      end
   end
   misuse(self, "%s", self.at > #self.text and "it contains no comparison; " .. EXAMPLE
      or ("expected a comparison such as < at %s"):format(rest(self)))
end

-- A count that must be zero must be zero in every trial: a median would hide the one that isn't.
local function check_every_trial(figure_side, bound)
   if figure_side.op == "figure" and figure_side.kind == "count" and not figure_side.quantile
      and bound.op == "number" and bound.value == 0 and figure_side.metric ~= ERRORS then
      figure_side.in_every_trial = true
   end
end

-- The text from a position up to the current one, without blanks around it.
local function text_from(self, first) return text.trimmed(self.text:sub(first, self.at - 1)) end

--- { text, one, operator, two, kind, one_text, two_text, what } of one condition. what: "gate" (default) or
-- "claim", for messages. Raises (usage) in one line that names the position.
function parser.parse(condition, what)
   what = what or "gate"
   if type(condition) ~= "string" then
      failure.usage("%s: a condition is a string such as \"errors == 0\", not %s", what, text.kind(condition))
   end
   local self = setmetatable({ text = condition, at = 1, depth = 0, what = what }, parser)
   local one = sum(self)
   local one_text = text_from(self, 1)
   skip(self)
   local operator = comparison(self)
   local first = self.at
   local two = sum(self)
   local two_text = text_from(self, first)
   skip(self)
   if self.at <= #self.text then
      misuse(self, "unexpected %s at the end", rest(self))
   end
   if operator == "==" or operator == "<=" then
      check_every_trial(one, two)
   end
   if operator == "==" or operator == ">=" then
      check_every_trial(two, one)
   end
   return { text = condition, one = one, operator = operator, two = two, kind = same_kind(self, one, two),
      one_text = one_text, two_text = two_text, what = what }
end

return parser
