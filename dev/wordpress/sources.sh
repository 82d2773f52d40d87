# Where a WordPress comes from: pinned npm packages, checked against their digests; one from Debian. Sourced by up.
# shellcheck shell=bash disable=SC2154 # of lib.sh
# shellcheck source=../lib/npm-package.sh
. "$here/../lib/npm-package.sh"

studio_package=wp-studio@1.22.0 # WordPress 7.1.1, WP-CLI 2.12.0, SQLite integration 3.0.2, translations
studio_sha512=6e832d6a19218160ca2b2353040d6e4cae60867026c5784363a29e4023bd166708dffa3e60e4aaf09c185b96589f11c2c47d7825ffe60fa0894c1bd35a5d98b7
builds_package=@wp-playground/wordpress-builds@0.9.19 # WordPress 6.2.6 6.3.5 6.4.5 6.5.5 6.6-RC3
builds_sha512=765aaf87f3090e91395baf2f80f3ca523a62a7acccb81879f4bdc3d7c657fa9770bab0b8ab8c9dad3c30ff7b13315ebd0417281fa905f7762d02dba3342e4ca7

studio=$downloads/${studio_package/@/-}
builds=$downloads/wordpress-builds-${builds_package##*@}

# fetch_sources VERSION: downloads what this WordPress needs; one run at a time.
fetch_sources() {
  mkdir --parents "$downloads"
  fetch_package "$studio_package" "$studio_sha512" "$studio" --strip-components=4 \
    package/dist/cli/wp-files/latest package/dist/cli/wp-files/wp-cli package/dist/cli/wp-files/sqlite-database-integration
  case $1 in
    6.[2-6]) fetch_build "$1" ;;
    6.8) fetch_debian ;;
  esac
}

# WordPress 6.8 is no npm package, but a package of Debian 13, which its signature vouches for.
fetch_debian() {
  local dir=$downloads/wordpress-6.8 temporary link mirror keys=/usr/share/keyrings/debian-archive-keyring.gpg apt
  [ ! -e "$dir/.complete" ] || return 0
  need apt-get=apt dpkg-deb=dpkg
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' | awk '$2 == "Debian" && $3 == "Debian" { print $1; exit }')
  [ -n "$mirror" ] && [ -e $keys ] || die "WordPress 6.8 comes from a package of Debian's, and this is another system; any folder with a WordPress can be WP_VERSION"
  say 'downloading WordPress 6.8 from Debian'
  temporary=$(mktemp --directory "$downloads/download.XXXXXX")
  mkdir --parents "$temporary"/{lists,cache/archives}/partial "$temporary/tree"
  echo "deb [signed-by=$keys] $mirror trixie main" >"$temporary/sources.list"
  apt=(apt-get --quiet=2 --option "Dir::Etc::SourceList=$temporary/sources.list" --option Dir::Etc::SourceParts=/dev/null
    --option "Dir::State::Lists=$temporary/lists" --option "Dir::Cache=$temporary/cache" --option APT::Sandbox::User="$(id --user --name)"
    --option Acquire::Languages=none --option Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  { "${apt[@]}" update && (cd "$temporary" && "${apt[@]}" download wordpress); } >&2 || die 'WordPress 6.8 could not be downloaded'
  dpkg-deb --extract "$temporary"/wordpress_*.deb "$temporary/tree"
  rm --recursive --force "$dir"
  mv "$temporary/tree/usr/share/wordpress" "$dir"
  rm --recursive --force "$temporary" "$dir/.htaccess" "$dir/wp-config.php"
  # What Debian has in packages of their own is the same in the newer release.
  find "$dir" -type l | while read -r link; do
    rm "$link"
    [ ! -e "$studio/latest/wordpress${link#"$dir"}" ] || cp "$studio/latest/wordpress${link#"$dir"}" "$link"
  done
  # The default theme is a package of its own, too.
  cp --recursive "$studio/latest/wordpress/wp-content/themes/." "$dir/wp-content/themes/"
  touch "$dir/.complete"
}

fetch_build() {
  local name=$1 dir=$downloads/wordpress-$1
  [ ! -e "$dir/.complete" ] || return 0
  [ "$name" != 6.6 ] || name=beta
  fetch_package "$builds_package" "$builds_sha512" "$builds" --strip-components=1 package/src package/public
  need unzip=unzip
  rm --recursive --force "$dir"
  mkdir --parents "$dir"
  unzip -q -o "$builds/src/wordpress/wp-$name.zip" -d "$dir"
  # The archive leaves the stylesheets and scripts to a folder beside it.
  cp --recursive "$builds/public/wp-$name/." "$dir/"
  rm --recursive --force "$dir/wp-content/database" "$dir/wp-content/db.php" "$dir/wp-config.php" "$dir/wp-content/mu-plugins" \
    "$dir/wordpress-remote-asset-paths" "$dir/wp-content/plugins/sqlite-database-integration"
  # The oldest releases need the older SQLite integration that came with them.
  unzip -q -o "$builds/src/sqlite-database-integration/sqlite-database-integration.zip" -d "$downloads/sqlite-integration-old"
  touch "$dir/.complete"
}

# wordpress_tree VERSION: prints a folder with that WordPress, complete, without configuration.
wordpress_tree() {
  case $1 in
    7.1) echo "$studio/latest/wordpress" ;;
    6.[2-6] | 6.8) echo "$downloads/wordpress-$1" ;;
    *)
      [ -e "$1/wp-load.php" ] || die "WP_VERSION=$1: 7.1, 6.8, 6.2 to 6.6 or a folder with a WordPress is expected"
      realpath "$1"
      ;;
  esac
}

# sqlite_integration RELEASE: prints the folder of the plugin that lets this release run on SQLite.
sqlite_integration() {
  case $1 in
    6.[123] | 6.[123].*) find "$downloads/sqlite-integration-old" -name db.copy -printf '%h\n' | head --lines=1 ;;
    *) echo "$studio/sqlite-database-integration" ;;
  esac
}
