#!/bin/sh
# If GStreamer or pkg-config do not search the folders of the installation, prints the variables to set.
#
#   after-install.sh PLUGINS GSTREAMER_PLUGINS PKGCONFIG
set -eu

# Meson hides the output of a script that succeeds, so this writes to the output of Meson itself.
if [ -w "/proc/$PPID/fd/1" ]; then
  exec >> "/proc/$PPID/fd/1"
fi

if [ "$1" != "$2" ]; then
  echo "GStreamer does not search $1. Configure with --prefix=/usr, or set in each shell:"
  echo "  export GST_PLUGIN_PATH=$1\${GST_PLUGIN_PATH:+:\$GST_PLUGIN_PATH}"
fi
case ":$(pkg-config --variable=pc_path pkg-config):" in
  *":$3:"*) ;;
  *)
    echo "pkg-config does not search $3. Set in each shell:"
    echo "  export PKG_CONFIG_PATH=$3\${PKG_CONFIG_PATH:+:\$PKG_CONFIG_PATH}"
    ;;
esac
