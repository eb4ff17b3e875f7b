--- Secrets in texts (base/secrets.lua, net/url.c): what is planted never shows, whatever stands around it;
-- hiding twice changes nothing. The first byte tells what is planted, the second where.

local here = os.getenv "BAKEOFF_SOURCE" .. "/tests/fuzz/targets/"
local support = dofile(here .. "support.lua")
local core = require "bakeoff.core"
local secrets = require "bakeoff.base.secrets"
local urls = require "bakeoff.net.urls"

local PLANTED = "seSame9x" -- nothing that a fuzzer finds by itself

-- What is planted; `by` tells who must hide it. Everyone hides what is in a URL.
local PLANTS = {
   { "http://me:" .. PLANTED .. "@host/", is_url = true },
   { "http://" .. PLANTED .. "@host/", is_url = true },
   { "https://h/?token=" .. PLANTED .. "&x=1", is_url = true },
   { "http://h/x;api_key=" .. PLANTED, is_url = true },
   { "http://h/#access-token=" .. PLANTED, is_url = true },
   { "http://h/?sig=" .. PLANTED, is_url = true },
   { " --token " .. PLANTED .. " " },
   { " --api-key=" .. PLANTED },
   { " -u me:" .. PLANTED .. " " },
   { "\nAuthorization: Basic " .. PLANTED .. "\n" },
   { "\"password\": \"" .. PLANTED .. "\"" },
   { " MY_SECRET=" .. PLANTED .. " " },
   { " Bearer " .. PLANTED .. " " },
}

-- Is it right that something before the plant joins it, or closes it? Such texts say something else.
local function is_apart(before) return before == "" or before:find "[%s]$" ~= nil end

local function check_text(value)
   local found = secrets.collection()
   local once = secrets.text(value, found)
   support.expect(not once:find(PLANTED, 1, true), "secrets.text", value, once)
   support.expect(secrets.text(once) == once, "hiding twice changes nothing", once, secrets.text(once))
   local words = {}
   for word in value:gmatch "%S+" do
      words[#words + 1] = word
   end
   secrets.words(words, found)
   secrets.fields({ argv = words, [value] = value }, found)
end

local function check_url(value)
   local redacted = core.url_redact(value)
   support.expect(not redacted:find(PLANTED, 1, true), "url_redact", value, redacted)
   support.expect(not secrets.urls(value):find(PLANTED, 1, true), "secrets.urls", value, secrets.urls(value))
   local twice = core.url_redact(redacted)
   support.expect(twice == redacted, "redacting twice changes nothing", value, twice)
   local fault = urls.fault(value)
   support.expect(not (fault and fault:find(PLANTED, 1, true)), "urls.fault", value, fault)
end

return function(bytes)
   if #bytes < 2 then
      return
   end
   local plant = PLANTS[bytes:byte(1) % #PLANTS + 1]
   local rest = bytes:sub(3):gsub("%z", " ")
   local at = bytes:byte(2) * #rest // 255
   local before, after = rest:sub(1, at), rest:sub(at + 1)
   if not rest:find(PLANTED, 1, true) then
      before = is_apart(before) and before or before .. " "
      check_text(before .. plant[1] .. (plant.is_url and after or " " .. after))
      if plant.is_url then
         check_url(before .. plant[1] .. after)
      end
   end
end
