--- An HTTP client for tests that needs only bash: one request on one connection.

local http = {}

--- → the whole answer as text
function http.get(url)
   local port, path = url:match("^http://127%.0%.0%.1:(%d+)(/[^']*)$")
   local script = ([[exec 3<>/dev/tcp/127.0.0.1/%s &&
      printf 'GET %%s HTTP/1.0\r\n\r\n' '%s' >&3 && cat <&3]]):format(port, path)
   local pipe <close> = assert(io.popen("bash -c '" .. script:gsub("'", [['\'']]) .. "'"))
   return pipe:read("a")
end

return http
