local lu = require "luaunit"
local failure = require "bakeoff.base.failure"
local urls = require "bakeoff.net.urls"

local path

local function refusal(f, ...)
   local ok, problem = pcall(f, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(problem))
   lu.assertEquals(problem.exit_code, 2)
   lu.assertNotStrContains(problem.message, "\n")
   return problem.message
end

local function write(content)
   local file <close> = assert(io.open(path, "wb"))
   assert(file:write(content))
end

TestRead = {}

function TestRead.setUp() path = os.tmpname() end

function TestRead.tearDown() os.remove(path) end

function TestRead.test_takes_comments_blank_lines_spaces_and_windows_line_ends()
   write("\xEF\xBB\xBF# my list\r\n\r\n  http://127.0.0.1:8080/a#part  \r\n"
      .. "HTTPS://example.org\n   # more\nhttp://[::1]:80/")
   lu.assertEquals(urls.read(path),
      { "http://127.0.0.1:8080/a#part", "HTTPS://example.org", "http://[::1]:80/" })
end

function TestRead.test_names_file_and_line_of_what_is_no_url()
   write("http://example.org/\n\n# fine\nexample.org/page\n")
   lu.assertEquals(refusal(urls.read, path), path .. ":4: 'example.org/page' is not an http or https URL")
end

-- Also where the list's limit cuts the text before the "@", and whatever is wrong with the URL.
function TestRead.test_secrets_of_a_wrong_url_are_hidden()
   for _, line in ipairs { "http://me:sesame1@host:99999/", "ftp://h/?token=sesame1",
      "http://h:x/?a=b&sig=sesame12",
      "http://me:sesame1@" .. ("h"):rep(200) .. ":x", "http://me:" .. ("sesame1"):rep(30) .. "@h:x",
      "ftp://a@sesame1@h/", "http://h /#access-token=sesame1" } do
      write(line)
      lu.assertNotStrContains(refusal(urls.read, path), "sesame")
   end
end

function TestRead.test_names_the_argument_where_given()
   write("ftp://example.org/\n")
   lu.assertStrContains(refusal(urls.read, path, "--list"), "--list: " .. path .. ":1: ")
end

function TestRead.test_refuses_an_empty_list()
   write("")
   lu.assertStrContains(refusal(urls.read, path), "contains no URL")
   write("# nothing\n\n")
   lu.assertStrContains(refusal(urls.read, path), "contains no URL")
end

function TestRead.test_says_why_a_file_cannot_be_read()
   lu.assertStrContains(refusal(urls.read, "/nowhere/urls.txt", "--list"),
      "--list: cannot read the URL list '/nowhere/urls.txt': No such file")
   lu.assertStrContains(refusal(urls.read, "/"), "Is a directory")
   lu.assertStrContains(refusal(urls.read, nil), "the name of the URL list is empty")
end

TestCheck = {}

function TestCheck.test_returns_the_same_list()
   local list = { "http://127.0.0.1/" }
   lu.assertIs(urls.check(list), list)
   lu.assertEquals(urls.check({}), {})
end

function TestCheck.test_names_the_entry()
   lu.assertEquals(refusal(urls.check, { "http://a/", "http://b/", "file:///etc/passwd" }),
      "urls[3]: 'file:///etc/passwd' is not an http or https URL")
   lu.assertEquals(refusal(urls.check, { 7 }, "items"), "items[1]: is a number, not a URL")
   lu.assertStrContains(refusal(urls.check, "http://a/"), "urls: expected a list of URLs, got a string")
end

TestFault = {}

function TestFault.test_good_ones_have_none()
   for _, url in ipairs { "http://a", "https://user:pw@a.b-c.d:65535/x?y#z", "http://1.2.3.4",
      "http://[fe80::1]/", "http://host?query", "http://müller.example/",
      "http://[fe80::1%25eth0]:80/", "http://[::1%25lo]" } do
      lu.assertNil(urls.fault(url), url)
   end
end

function TestFault.test_bad_ones_have_one()
   for _, url in ipairs { "", "http", "http:", "http:/a", "http://", "http:///path", "http://:80/",
      "http://a:0/", "http://a:65536/", "http://a:8x/", "http://[::1", "http://a b/", "http://a/\n",
      "gopher://a/", "file:///a", "javascript:1", "localhost:8080/a", "//a/b" } do
      lu.assertNotNil(urls.fault(url), url)
   end
end

function TestFault.test_the_character_that_does_not_belong_is_named()
   lu.assertEquals(urls.fault("http://a/b c"), "'http://a/b c' contains a space; write %20")
   lu.assertEquals(urls.fault("http://a/\t"), "'http://a/?' contains a tab; write %09")
   lu.assertEquals(urls.fault("http://a/\r\n"), "'http://a/??' contains a line break")
   lu.assertEquals(urls.fault("http://a/\1"), "'http://a/?' contains a control character")
end

function TestFault.test_never_shows_a_password()
   lu.assertNotStrContains(urls.fault("ftp://me:secret@host/"), "secret")
   lu.assertNotStrContains(urls.fault("http://me:secret@host:99999/"), "secret")
   lu.assertNotStrContains(urls.fault("http://me:secret@ho st/"), "secret")
end

os.exit(lu.LuaUnit.run(), true)
