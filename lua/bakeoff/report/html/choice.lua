--- Which contenders a page shows: a checkbox for each. What belongs to a contender has its class, and rules
-- of the style sheet hide it while its box is empty, so this works without scripts. In drawings, marks are
-- known by their colours, which only one contender has; names and values in rows of a chart, by the row's
-- place.

local inline = require "bakeoff.report.inline"
local style = require "bakeoff.plotting.style"

local choice = {}
choice.__index = choice

local MOST = 24 -- contenders: as many as charts show (plotting/few.lua)

local function hex(colour) return ("#%06x"):format(colour) end

local function key_of(pair) return hex(pair[1]) .. hex(pair[2]) end

-- Contenders in the plan's order: { { label, name, class, look } … }.
local function contenders_of(results)
   local list, known = {}, {}
   for _, cell in ipairs(results.cells) do
      if not known[cell.label] then
         known[cell.label] = true
         list[#list + 1] = { label = cell.label, name = cell.name, look = results.looks[cell.label],
            class = ("k%d"):format(#list + 1) }
      end
   end
   return list
end

--- The choice of a page. A single contender can't be chosen, and of very many nobody wants to choose.
function choice.of(results)
   local list = contenders_of(results)
   if #list < 2 or #list > MOST then
      list = {}
   end
   local self = setmetatable({ list = list, by_label = {}, by_name = {} }, choice)
   for _, one in ipairs(list) do
      self.by_label[one.label], self.by_name[inline.escape(one.name)] = one.class, one.class
   end
   return self
end

--- The class of what belongs to a contender; nil if it can't be chosen.
function choice:class(label) return self.by_label[label] end

-- Is there a letter or a digit at this place of a text?
local function is_word(text, at) return at >= 1 and text:find("^[%w\128-\255]", at) ~= nil end

-- The longest name that stands at this place, as a whole word.
local function name_at(self, text, at)
   local found
   for name in pairs(self.by_name) do
      if text:sub(at, at + #name - 1) == name and not is_word(text, at - 1) and not is_word(text, at + #name)
         and (not found or #name > #found) then
         found = name
      end
   end
   return found
end

--- A text (HTML without tags) in which the names of contenders have their classes.
function choice:marked(text)
   local parts, at, from = {}, 1, 1
   while #self.list > 0 and at <= #text do
      local name = name_at(self, text, at)
      if name then
         parts[#parts + 1] = text:sub(from, at - 1)
         parts[#parts + 1] = ('<span class="%s">%s</span>'):format(self.by_name[name], name)
         from = at + #name
      end
      at = name and from or at + 1
   end
   return table.concat(parts) .. text:sub(from)
end

local CONTROLS = '<details class="choose"><summary>Contenders</summary>\n<form autocomplete="off">'
   .. "<p>Show these in charts and tables. Titles, tiles and verdicts are always about all.</p>\n"
   .. '%s<button type="reset">Show all</button></form></details>\n'
local BOX = '<label><input type="checkbox" id="show-%s" checked><i style="background:%s"></i>%s</label>\n'

--- The checkboxes; "" if there is nothing to choose. palette: of the page's drawings (svg.lua).
function choice:controls(palette)
   local parts = {}
   for index, one in ipairs(self.list) do
      parts[index] = BOX:format(one.class, palette:name(hex(one.look.light), hex(one.look.dark)),
         inline.escape(one.name))
   end
   return #parts > 0 and CONTROLS:format(table.concat(parts)) or ""
end

local NOTE = '<p class="chosen">'
   .. 'Some contenders are hidden here. Titles, tiles and verdicts are about all.</p>\n'

--- What a print must say if something is hidden; "" if nothing can be.
function choice:note() return #self.list > 0 and NOTE or "" end

-- The variables whose colours only this contender has.
local function colours_of(one, palette, owners)
   local list = {}
   for _, pair in ipairs(style.tints(one.look)) do
      local name = palette:known(key_of(pair))
      if name and owners[key_of(pair)] == one and not list[name] then
         list[name] = true
         list[#list + 1] = name .. ":transparent"
      end
   end
   return table.concat(list, ";")
end

-- key of a colour → the only contender that has it, or false
local function owners_of(list)
   local owners = {}
   for _, one in ipairs(list) do
      for _, pair in ipairs(style.tints(one.look)) do
         local key = key_of(pair)
         if owners[key] == nil or owners[key] == one then
            owners[key] = one
         else
            owners[key] = false
         end
      end
   end
   return owners
end

local RULES = [[
:root:has(#show-K:not(:checked)){COLOURS}
:root:has(#show-K:not(:checked)) :is(tr,.hover *).K{display:none}
:root:has(#show-K:not(:checked)) .veil.K{opacity:.85}
:root:has(#show-K:not(:checked)) span.K{color:var(--soft);text-decoration:line-through}
]]

--- The rules that hide what isn't chosen. To be called when all drawings are made.
function choice:css(palette)
   local owners, parts = owners_of(self.list), {}
   for index, one in ipairs(self.list) do
      local colours = colours_of(one, palette, owners)
      parts[index] = RULES:gsub("COLOURS", colours):gsub("K", one.class)
   end
   return table.concat(parts)
end

return choice
