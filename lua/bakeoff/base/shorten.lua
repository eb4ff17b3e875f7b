--- Names cut in their middle, with "…", so that beginning and end stay; and several names so that those that
-- differ still do. Texts are UTF-8. A room is in columns of a terminal or in pixels: width_of(text) tells how
-- much of it a text takes, the sum of what its characters do.

local texts = require "bakeoff.base.text"

local shorten = {}

local MARK = "…"
local SHARE_OF_BEGINNING = 0.3 -- of the room, where what differs stands in the middle
local LONGEST_BACK = 0.25 -- of the room: how far back from what differs its word may begin

-- The characters of a text, each with those after it that take no room; and their widths.
local function split(text, width_of)
   local characters, widths = {}, {}
   for one in text:gmatch(utf8.charpattern) do
      local width = width_of(one)
      if width == 0 and #characters > 0 then
         characters[#characters] = characters[#characters] .. one
      else
         characters[#characters + 1], widths[#widths + 1] = one, width
      end
   end
   return characters, widths
end

-- How many characters fit into the room, from `first` on in steps of 1 or -1; and the room that is left.
local function count_fitting(widths, first, step, room)
   local count, at = 0, first
   while widths[at] and widths[at] <= room do
      room, count, at = room - widths[at], count + 1, at + step
   end
   return count, room
end

local function joined(characters, first, last) return table.concat(characters, "", first, last) end

--- The text if it fits into the room; else its beginning and its end, with "…" between them.
function shorten.middle(text, room, width_of)
   if width_of(text) <= room then
      return text
   end
   local characters, widths = split(text, width_of)
   local free = room - width_of(MARK)
   local head, spared = count_fitting(widths, 1, 1, free / 2)
   local tail, rest = count_fitting(widths, #widths, -1, free / 2 + spared)
   head = head + count_fitting(widths, head + 1, 1, rest)
   local tail_text = joined(characters, #characters - tail + 1, #characters):gsub("^%s+", "")
   return texts.without_end(joined(characters, 1, head)) .. MARK .. tail_text
end

-- How many characters all lists begin with.
local function common_beginning(lists)
   local count = 0
   while lists[1][count + 1] do
      for _, list in ipairs(lists) do
         if list[count + 1] ~= lists[1][count + 1] then
            return count
         end
      end
      count = count + 1
   end
   return count
end

local WORD = "^[%w._\x80-\xff]"

-- The first character of the word that holds the one at `place`, unless it is further than `most` back.
local function word_start(characters, place, most)
   local first = place
   while first > 1 and characters[first - 1]:find(WORD) do
      first = first - 1
   end
   return place - first <= most and first or place
end

-- The last character of that word.
local function word_end(characters, place)
   while characters[place + 1] and characters[place]:find(WORD) and characters[place + 1]:find(WORD) do
      place = place + 1
   end
   return place
end

local function rest_of(list, first) return table.move(list, first, #list, 1, {}) end

-- Names that would look alike: a bit of their beginning, "…", and what comes from their first difference on.
-- names: { shown, begun = the text that they share, rest = the characters that follow it }. Sets `shown`, and
-- `begun` and `rest` for names that this doesn't tell apart.
local function from_difference(names, room, width_of)
   local lists, widths, begun = {}, {}, names[1].begun
   for index, name in ipairs(names) do
      lists[index] = name.rest
   end
   for index, one in ipairs(lists[1]) do
      widths[index] = width_of(one)
   end
   local place = common_beginning(lists) + 1
   local first = word_start(lists[1], place, LONGEST_BACK * room / math.max(width_of(MARK), 1))
   local free = begun == "" and SHARE_OF_BEGINNING * room or width_of(MARK)
   local head = math.min(count_fitting(widths, 1, 1, free), first - 1)
   begun = texts.without_end(begun .. joined(lists[1], 1, head)) .. (head < first - 1 and MARK or "")
   for _, name in ipairs(names) do
      local last = word_end(name.rest, place)
      local rest = joined(name.rest, first, #name.rest)
      name.shown = begun .. shorten.middle(rest, room - width_of(begun), width_of)
      name.begun, name.rest = begun .. joined(name.rest, first, math.min(last, #name.rest)),
         rest_of(name.rest, last + 1)
   end
end

-- Those of the names that are shown alike: lists of at least two, which have begun alike, too.
local function alike(names)
   local by_text, groups = {}, {}
   for _, name in ipairs(names) do
      local key = name.begun .. "\0" .. name.shown
      local group = by_text[key] or {}
      by_text[key], group[#group + 1] = group, name
      if #group == 2 then
         groups[#groups + 1] = group
      end
   end
   return groups
end

local function tell_apart(names, room, width_of)
   for _, group in ipairs(alike(names)) do
      if width_of(group[1].begun) + 2 * width_of(MARK) < room then
         from_difference(group, room, width_of)
         tell_apart(group, room, width_of)
      end
   end
end

--- name → the text that is shown for it, which fits into the room. Names that their middles would tell apart
-- keep the places in which they differ, as far as the room allows.
function shorten.apart(names, room, width_of)
   local distinct, found = {}, {}
   for _, whole in ipairs(names) do
      if not found[whole] then
         local shown = shorten.middle(whole, room, width_of)
         found[whole] = { shown = shown, begun = "", rest = shown ~= whole and split(whole, width_of) or {} }
         distinct[#distinct + 1] = found[whole]
      end
   end
   tell_apart(distinct, room, width_of)
   for whole, name in pairs(found) do
      found[whole] = name.shown
   end
   return found
end

return shorten
