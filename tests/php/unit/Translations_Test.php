<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Plugin;

/** Pages as a user gets them whose language is not the site's, with translations as WordPress loads them. */
final class Translations_Test extends Plugin_TestCase {

	private const KEY_COUNT = "{count} key\0{count} keys";
	private const ARABIC    = 'nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;';
	private const POLISH    = 'nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);';
	private const SPANISH   = 'nplurals=3; plural=(n == 1) ? 0 : ((n != 0 && n % 1000000 == 0) ? 1 : 2);';

	private static ?Http_Client $admin = null;
	private array $files               = array();

	/** Not isolated by a transaction: the other process would not see it, and SQLite would be locked. */
	protected function setUp(): void {
		$this->write( 'strings.json', (string) json_encode( array( 'texts' => array( 'Spend', 'Requests' ), 'plurals' => array( '{count} key' => '{count} keys', 'and {count} more' => 'and {count} more' ) ) ) );
		self::$admin = self::$admin ?? new Http_Client( 'admin' );
	}

	protected function tearDown(): void {
		array_map( 'unlink', $this->files );
		delete_user_meta( get_user_by( 'login', 'admin' )->ID, 'locale' );
	}

	public function test_the_users_language_counts_and_has_all_its_forms(): void {
		$forms = array( 'لا مفاتيح', 'مفتاح واحد', 'مفتاحان', '{count} مفاتيح', '{count} مفتاحًا', '{count} مفتاح' );
		$boot  = $this->boot_in( 'ar', self::ARABIC, $forms );
		$this->assertSame( array( 'ar', 'en_US' ), array( $boot['locale'], get_locale() ) );
		$this->assertSame( array( 'Spend' => 'الإنفاق', self::KEY_COUNT => implode( "\0", $forms ) ), $boot['strings'] );
		$this->assertForms( $boot['plural_rule'], static fn( int $n ): int => $n < 3 ? $n : ( $n % 100 < 3 ? 5 : ( $n % 100 < 11 ? 3 : 4 ) ) );
	}

	public function test_three_forms(): void {
		$boot = $this->boot_in( 'pl_PL', self::POLISH, array( '{count} klucz', '{count} klucze', '{count} kluczy' ) );
		$this->assertSame( "{count} klucz\0{count} klucze\0{count} kluczy", $boot['strings'][ self::KEY_COUNT ] );
		$this->assertForms( $boot['plural_rule'], static fn( int $n ): int => 1 === $n ? 0 : ( in_array( $n % 10, array( 2, 3, 4 ), true ) && ! in_array( $n % 100, array( 12, 13, 14 ), true ) ? 1 : 2 ) );
	}

	public function test_a_form_that_only_millions_take(): void {
		$boot = $this->boot_in( 'es_ES', self::SPANISH, array( '{count} clave', '{count} de claves', '{count} claves' ) );
		$this->assertSame( "{count} clave\0{count} de claves\0{count} claves", $boot['strings'][ self::KEY_COUNT ] );
		$this->assertForms( $boot['plural_rule'], static fn( int $n ): int => 1 === $n ? 0 : ( 1000000 === $n ? 1 : 2 ) );
	}

	public function test_one_form(): void {
		$boot = $this->boot_in( 'zh_CN', 'nplurals=1; plural=0;', array( '{count} 个密钥' ) );
		$this->assertSame( '{count} 个密钥', $boot['strings'][ self::KEY_COUNT ] );
		$this->assertForms( $boot['plural_rule'], static fn(): int => 0 );
	}

	public function test_two_forms_as_in_english_where_no_rule_is_stated(): void {
		$boot = $this->boot_in( 'de_DE', '', array( '{count} Schlüssel', '{count} von vielen' ) );
		$this->assertSame( "{count} Schlüssel\0{count} von vielen", $boot['strings'][ self::KEY_COUNT ] );
		$this->assertForms( $boot['plural_rule'], static fn( int $n ): int => 1 === $n ? 0 : 1 );
	}

	/** @dataProvider odd_rules */
	public function test_a_rule_that_cannot_be_computed_leaves_plurals_in_english( string $rule ): void {
		$boot = $this->boot_in( 'eo', "nplurals=2; plural=$rule;", array( '{count} a', '{count} b' ) );
		$this->assertSame( array( 'Spend' => 'الإنفاق' ), $boot['strings'] );
		$this->assertSame( '', $boot['plural_rule'] );
	}

	public function odd_rules(): array {
		return array( array( 'n % 0' ), array( 'n ! 5' ), array( '((n' ), array( 'system("id")' ), array( 'n ? 1' ) );
	}

	/** @dataProvider wild_rules */
	public function test_forms_that_a_translation_lacks_are_what_wordpress_shows( string $rule ): void {
		$boot = $this->boot_in( 'eo', "nplurals=2; plural=$rule;", array( '{count} a', '{count} b' ) );
		$this->assertMatchesRegularExpression( '/^\d{201}$/D', $boot['plural_rule'] );
		$this->assertSame( 10, count( explode( "\0", $boot['strings'][ self::KEY_COUNT ] ) ) );
	}

	public function wild_rules(): array {
		return array( array( 'n' ), array( 'n > 1 ? 99 : n' ) );
	}

	public function test_nothing_is_handed_over_in_english(): void {
		$boot = $this->boot();
		$this->assertSame( array( 'en-US', array() ), array( $boot['locale'], $boot['strings'] ) );
	}

	/** WordPress 6.5 and newer read this kind of file, older ones only the other. */
	public function test_translations_as_php(): void {
		$messages = array( 'Spend' => 'Wydatki', self::KEY_COUNT => "{count} klucz\0{count} klucze\0{count} kluczy" );
		$this->write( 'litellm-dashboard-pl_PL.l10n.php', '<?php return ' . var_export( array( 'plural-forms' => self::POLISH, 'messages' => $messages ), true ) . ';' );
		$boot = $this->boot( 'pl_PL' );
		$read = version_compare( $GLOBALS['wp_version'], '6.5', '>=' );
		$this->assertSame( $read ? $messages : array(), $boot['strings'] );
		$this->assertStringStartsWith( $read ? '20111' : '10111', $boot['plural_rule'] );
	}

	private function assertForms( string $rule, callable $form ): void {
		$this->assertSame( implode( '', array_map( $form, array_merge( range( 0, 199 ), array( 1000000 ) ) ) ), $rule );
	}

	/** With a .mo file as WordPress itself writes it. */
	private function boot_in( string $locale, string $plural_forms, array $forms ): array {
		require_once ABSPATH . WPINC . '/pomo/mo.php';
		$mo = new MO();
		$mo->set_headers( array_filter( array( 'Content-Type' => 'text/plain; charset=UTF-8', 'Plural-Forms' => $plural_forms ) ) );
		$mo->add_entry( new Translation_Entry( array( 'singular' => 'Spend', 'translations' => array( 'الإنفاق' ) ) ) );
		$mo->add_entry( new Translation_Entry( array( 'singular' => '{count} key', 'plural' => '{count} keys', 'translations' => $forms ) ) );
		$file = "litellm-dashboard-$locale.mo";
		$this->write( $file, '' );
		$this->assertTrue( $mo->export_to_file( Plugin::path( "languages/$file" ) ) );
		return $this->boot( $locale );
	}

	/** What the page hands over to an administrator who has chosen this language. */
	private function boot( string $locale = '' ): array {
		if ( '' !== $locale ) {
			update_user_meta( get_user_by( 'login', 'admin' )->ID, 'locale', $locale );
		}
		$body = self::$admin->request( 'GET', '/wp-admin/admin.php?page=litellm-dashboard' )['body'];
		$this->assertSame( 1, preg_match( '#id="litellm-dashboard-boot"[^>]*>(.+?)</script>#s', $body, $found ), $body );
		return json_decode( $found[1], true );
	}

	private function write( string $name, string $content ): void {
		$file = Plugin::path( 'languages/' . $name );
		file_put_contents( $file, $content );
		$this->files[ $file ] = $file;
	}
}
