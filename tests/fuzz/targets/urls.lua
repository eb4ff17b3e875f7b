--- URL lists (net/urls.lua): what it accepts, the client accepts as well (net/url.c), and can be read again.

local here = os.getenv "BAKEOFF_SOURCE" .. "/tests/fuzz/targets/"
local support = dofile(here .. "support.lua")
local core = require "bakeoff.core"
local urls = require "bakeoff.net.urls"

local PATH = support.path "urls.txt"

return function(bytes)
   support.write(PATH, bytes)
   local ok, list = support.call(urls.read, PATH, "--list")
   if not ok then
      return
   end
   for _, url in ipairs(list) do
      support.expect(not url:find "[%c ]", "no blanks in a URL", url)
      local name = core.url_file_name and core.url_file_name(url)
      support.expect(not name or name:find "^[%w._-]+$", "a file name is plain", name)
      support.expect(#core.url_redact(url) <= 3 * #url, "redacted", url)
   end
   support.write(PATH, table.concat(list, "\n"))
   support.expect(support.same(urls.read(PATH), list), "a list can be read again", table.concat(list, " "))
end
