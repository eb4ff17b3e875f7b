// A link to an experiment's report also opens it. Without this, the link leads to the closed report.
(function () {
  function reveal(hash) {
    var target = document.getElementById(hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; }
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#']");
    if (link) { reveal(link.hash); }
  });
  window.addEventListener("hashchange", function () { reveal(location.hash); });
  reveal(location.hash);
})();
