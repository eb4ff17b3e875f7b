--- Addresses in text cells: which of them become links, and which pictures become part of the page.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"

local addresses = {}

local NAMED = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'", colon = ":", Tab = "\t",
   NewLine = "\n", nbsp = "\u{a0}" }

local function character(number)
   local is_one = number and number > 0 and number <= 0x10ffff and not (number >= 0xd800 and number <= 0xdfff)
   return is_one and utf8.char(number) or "\u{fffd}"
end

--- The text of one entity, such as "&#65;"; nil if it is a name that is not known here.
function addresses.entity(text)
   local hexadecimal, decimal = text:match "^&#[xX](%x+);$", text:match "^&#(%d+);$"
   if hexadecimal then
      return character(tonumber(hexadecimal, 16))
   elseif decimal then
      return character(math.tointeger(tonumber(decimal)))
   end
   return NAMED[text:match "^&(%w+);$"]
end

--- A text in which entities are characters.
function addresses.decoded(text) return (text:gsub("&#?%w+;", addresses.entity)) end

local SCHEMES = { http = true, https = true, mailto = true }

-- Browsers ignore control characters and spaces around a scheme.
local function scheme_of(address)
   local start = address:gsub("[%c%s]", ""):match "^[^/?#]*"
   return start:match "^(.-):"
end

--- → the address that a link may have: a place in this page, a path, http, https or mailto; nil for
-- all others, such as javascript: and data:.
function addresses.link(written)
   local address = addresses.decoded(written)
   local scheme = scheme_of(address)
   if not scheme or SCHEMES[scheme:lower()] then
      return address
   end
end

local TYPES = { svg = "image/svg+xml", png = "image/png", jpg = "image/jpeg", jpeg = "image/jpeg",
   gif = "image/gif", webp = "image/webp" }

local LARGEST = 2 << 20 -- bytes of one picture

local function byte_of(hex) return string.char(tonumber(hex, 16)) end

-- The file of a picture in or below the notebook's folder.
local function path_of(address, folder)
   local path = address:gsub("[?#].*$", ""):gsub("%%(%x%x)", byte_of)
   local is_below = path ~= "" and path:sub(1, 1) ~= "/" and not ("/" .. path .. "/"):find("/../", 1, true)
      and not path:find("%c")
   return is_below and not scheme_of(address) and folder .. "/" .. path or nil
end

--- A picture in or below the notebook's folder as a data: address, so that the page needs no other file.
-- → address; or nil, if it is elsewhere, too large, or of no known type
function addresses.picture(written, folder)
   local path = path_of(addresses.decoded(written), folder)
   local kind = path and TYPES[(path:match "%.(%w+)$" or ""):lower()]
   local content = kind and core.file_kind(path) == "file" and files.read(path)
   if content and #content <= LARGEST then
      return ("data:%s;base64,%s"):format(kind, core.base64(content))
   end
end

return addresses
