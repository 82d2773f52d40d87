<?php
declare( strict_types=1 );

use LiteLLM_Dashboard\Key_Limits;
use LiteLLM_Dashboard\Settings;

final class Key_Limits_Test extends Plugin_TestCase {

	private const HASH = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

	private static function limited( array $limits ): Settings {
		return self::settings( 'http://gateway.test', self::KEY, array( Settings::LIMITS => json_encode( $limits ) ) );
	}

	/** What is wrong with a new key or with a change, by parameter; a change knows the key as it is. */
	private static function wrong( array $limits, array $values, ?array $now = null ): array {
		$error = ( new Key_Limits( self::limited( $limits ) ) )->refuse( $values, null !== $now, null === $now ? null : json_decode( json_encode( $now + array( 'metadata' => new stdClass() ) ) ) );
		self::assertSame( null === $error ? null : 'litellm_key_limits', null === $error ? null : $error->get_error_code() );
		return null === $error ? array() : $error->get_error_data()['params'];
	}

	/** @dataProvider malformed */
	public function test_what_cannot_be_read_is_a_problem_and_no_key_is_made( string $text, string $rule ): void {
		$this->assertSame( $rule, Key_Limits::complaint( $text ) );
		$settings = self::settings( 'http://gateway.test', self::KEY, array( Settings::LIMITS => $text ) );
		$this->assertSame( array( 'value' => null, 'source' => 'constant', 'problem' => 'invalid', 'hint' => $rule ), $settings->status( array() )['key_limits'] );
		$this->assertNull( $settings->key_limits() );
		$this->gateway_answers( self::answer( 200, array( 'key' => 'sk-NewKey0OfAnApplication1' ) ) );
		foreach ( array( 'keys.create' => array( 'alias' => 'x' ), 'keys.update' => array( 'key' => self::HASH, 'alias' => 'x' ) ) as $name => $values ) {
			$error = self::writer( $settings )->write( self::operation( $name ), $values )->error;
			$this->assertSame( array( 'litellm_not_configured', 'limits_invalid' ), array( $error->get_error_code(), $error->get_error_data()['reason'] ) );
		}
		$this->assertSame( array(), $this->sent );
	}

	public function malformed(): array {
		return array(
			array( 'max_budget=5', 'json' ),
			array( '[1]', 'json' ),
			array( '5', 'json' ),
			array( 'null', 'json' ),
			array( '{"max_budgte":5}', 'name' ),
			array( '{"0":5}', 'json' ),
			array( '{"max_budget":"5"}', 'value' ),
			array( '{"max_budget":0}', 'value' ),
			array( '{"max_budget":-1}', 'value' ),
			array( '{"rpm_limit":1.5}', 'value' ),
			array( '{"duration_days":null}', 'value' ),
			array( '{"models":[]}', 'value' ),
			array( '{"models":"gpt-4o"}', 'value' ),
			array( '{"models":["gpt-4o",""]}', 'value' ),
			array( '{"models":{"a":"gpt-4o"}}', 'value' ),
			array( '{"required":["expiry"]}', 'value' ),
		);
	}

	public function test_without_the_setting_nothing_is_limited(): void {
		foreach ( array( '', '{}', '[]' ) as $none ) {
			$settings = self::settings( 'http://gateway.test', self::KEY, array( Settings::LIMITS => $none ) );
			$this->assertSame( array(), $settings->key_limits(), $none );
			$this->assertNull( ( new Key_Limits( $settings ) )->refuse( array(), false, null ) );
		}
		$this->assertSame( 'missing', self::settings()->status( array() )['key_limits']['source'] );
	}

	/** @dataProvider ceilings */
	public function test_what_is_above_a_ceiling_is_refused_by_parameter( array $limits, array $values, array $wrong, ?array $now = null ): void {
		$this->assertSame( $wrong, self::wrong( $limits, $values, $now ) );
	}

	public function ceilings(): array {
		$all = array( 'max_budget' => 100.5, 'budget_days' => 30, 'duration_days' => 90, 'rpm_limit' => 60, 'tpm_limit' => 1000, 'max_parallel_requests' => 5, 'models' => array( 'gpt-4o', 'gpt-4o-mini' ) );
		$at  = array( 'max_budget' => 100.5, 'budget_duration' => '30d', 'duration' => '90d', 'rpm_limit' => 60, 'tpm_limit' => 1000, 'max_parallel_requests' => 5, 'models' => array( 'gpt-4o' ) );
		return array(
			'at all of them'          => array( $all, $at, array() ),
			'nothing is above'        => array( $all, array(), array( 'max_budget' => 'limit_required', 'rpm_limit' => 'limit_required', 'tpm_limit' => 'limit_required', 'max_parallel_requests' => 'limit_required', 'duration' => 'limit_required', 'models' => 'limit_required' ) ),
			'all models are above'    => array( $all, array( 'models' => array() ) + $at, array( 'models' => 'limit_required' ) ),
			'another model'           => array( $all, array( 'models' => array( 'gpt-4o', 'o1' ) ) + $at, array( 'models' => 'limit' ) ),
			'all of the team'         => array( $all, array( 'models' => array( 'all-team-models' ) ) + $at, array( 'models' => 'limit' ) ),
			'above each'              => array( $all, array( 'max_budget' => 100.51, 'rpm_limit' => 61, 'tpm_limit' => 1001, 'max_parallel_requests' => 6, 'duration' => '91d' ) + $at, array( 'max_budget' => 'limit', 'rpm_limit' => 'limit', 'tpm_limit' => 'limit', 'max_parallel_requests' => 'limit', 'duration' => 'limit' ) ),
			'a month is long'         => array( array( 'duration_days' => 30 ), array( 'duration' => '1mo' ), array( 'duration' => 'limit' ) ),
			'hours'                   => array( array( 'duration_days' => 1 ), array( 'duration' => '24h' ), array() ),
			'more hours'              => array( array( 'duration_days' => 1 ), array( 'duration' => '25h' ), array( 'duration' => 'limit' ) ),
			'a budget each second'    => array( array( 'max_budget' => 100, 'budget_days' => 7 ), array( 'max_budget' => 100, 'budget_duration' => '1s' ), array( 'budget_duration' => 'limit_short' ) ),
			'a budget for ever'       => array( array( 'max_budget' => 100, 'budget_days' => 7 ), array( 'max_budget' => 100 ), array() ),
			'a budget each month'     => array( array( 'budget_days' => 30 ), array( 'budget_duration' => '1mo' ), array() ),
			'required, no ceiling'    => array( array( 'required' => array( 'duration', 'models' ) ), array( 'models' => array( 'x' ) ), array( 'duration' => 'limit_required' ) ),
			'a change of the alias'   => array( $all, array( 'alias' => 'x' ), array(), array( 'max_budget' => 5000 ) ),
			'a change above'          => array( $all, array( 'rpm_limit' => 61 ), array( 'rpm_limit' => 'limit' ), array() ),
			'a limit taken away'      => array( $all, array( 'rpm_limit' => null, 'duration' => null ), array( 'rpm_limit' => 'limit_required', 'duration' => 'limit_required' ), array() ),
			'a required one as well'  => array( array( 'required' => array( 'duration' ) ), array( 'duration' => null ), array( 'duration' => 'limit_required' ), array() ),
			'one without a ceiling'   => array( array( 'max_budget' => 5 ), array( 'rpm_limit' => null ), array(), array() ),
			'a budget of others'      => array( $all, array( 'budget' => 'b1' ) + $at, array( 'budget' => 'limit' ) ),
			'one that could be above' => array( array( 'rpm_limit' => 60 ), array( 'budget' => 'b1', 'rpm_limit' => 60 ), array( 'budget' => 'limit' ) ),
			'one above no ceiling'    => array( array( 'duration_days' => 90, 'models' => array( 'x' ) ), array( 'budget' => 'b1', 'duration' => '90d', 'models' => array( 'x' ) ), array() ),
			'raised for a time'       => array( array( 'max_budget' => 10 ), array( 'temp_budget_increase' => 5.0, 'temp_budget_expiry' => '2099-01-01T00:00:00Z' ), array(), array( 'max_budget' => 5 ) ),
			'raised too far'          => array( array( 'max_budget' => 10 ), array( 'temp_budget_increase' => 5.01, 'temp_budget_expiry' => '2099-01-01T00:00:00Z' ), array( 'temp_budget_increase' => 'limit' ), array( 'max_budget' => 5 ) ),
			'raised by the metadata'  => array( array( 'max_budget' => 10 ), array( 'metadata' => (object) array( 'temp_budget_increase' => 6, 'temp_budget_expiry' => '2099-01-01' ) ), array( 'temp_budget_increase' => 'limit' ), array( 'max_budget' => 5 ) ),
			'a budget under a raise'  => array( array( 'max_budget' => 10 ), array( 'max_budget' => 9.0 ), array( 'max_budget' => 'limit' ), array( 'max_budget' => 5, 'metadata' => array( 'temp_budget_increase' => 4, 'temp_budget_expiry' => '2099-01-01T00:00:00Z' ) ) ),
			'a raise that is over'    => array( array( 'max_budget' => 10 ), array( 'max_budget' => 9.0 ), array(), array( 'max_budget' => 5, 'metadata' => array( 'temp_budget_increase' => 4, 'temp_budget_expiry' => '2020-01-01T00:00:00Z' ) ) ),
		);
	}

	/** By the route's own hands: what is above never reaches the gateway. */
	public function test_the_ceilings_hold_when_keys_are_made_and_changed(): void {
		$settings = self::limited( array( 'max_budget' => 10 ) );
		$this->gateway_answers( static fn( string $method, string $url ): array => 'GET' === $method ? self::answer( 200, array( 'key' => self::HASH, 'info' => array( 'max_budget' => 5, 'metadata' => array() ) ) ) : self::answer( 200, array( 'key' => self::HASH ) ) );
		$write = static fn( string $name, array $values ) => self::writer( $settings )->write( self::operation( $name ), $values );
		$this->assertSame( 400, $write( 'keys.create', array( 'alias' => 'x' ) )->status );
		$this->assertSame( 400, $write( 'keys.create', array( 'alias' => 'x', 'max_budget' => 10.5 ) )->status );
		$this->assertSame( 400, $write( 'keys.update', array( 'key' => self::HASH, 'temp_budget_increase' => 6.0, 'temp_budget_expiry' => '2099-01-01T00:00:00' ) )->status );
		$this->assertSame( array( 'GET' ), array_column( $this->sent, 0 ) );
		$this->assertSame( 200, $write( 'keys.create', array( 'alias' => 'x', 'max_budget' => 10.0 ) )->status );
		$this->assertSame( 200, $write( 'keys.update', array( 'key' => self::HASH, 'alias' => 'y' ) )->status );
		$this->assertSame( 200, $write( 'keys.update', array( 'key' => self::HASH, 'max_budget' => 9.0 ) )->status );
		$this->assertSame( 400, $write( 'keys.update', array( 'key' => self::HASH, 'max_budget' => null ) )->status );
	}

	/** Without what the key is now, a raise is not judged, and not made. */
	/** LiteLLM reads more as a date than PHP does: a raise that PHP took for over was added to the ceiling. */
	public function test_a_raise_counts_unless_it_is_surely_over(): void {
		$metadata = static fn( $expiry, $increase = 1000 ): array => array( 'metadata' => json_decode( json_encode( array( 'temp_budget_increase' => $increase, 'temp_budget_expiry' => $expiry ) ) ) );
		$limits   = array( 'max_budget' => 10 );
		foreach ( array( '2099-01-01_00:00:00', '2099-W01-1', '99991231', 'soon', gmdate( 'Y-m-d H:i:s' ), 5, new stdClass(), array() ) as $running ) {
			$this->assertSame( array( 'max_budget' => 'limit' ), self::wrong( $limits, array( 'max_budget' => 5 ) + $metadata( $running ) ), json_encode( $running ) );
		}
		foreach ( array( null, '2020-01-01', '2020-01-01T00:00:00Z' ) as $over ) {
			$this->assertSame( array(), self::wrong( $limits, array( 'max_budget' => 5 ) + $metadata( $over ) ), json_encode( $over ) );
		}
		$this->assertSame( array(), self::wrong( $limits, array( 'max_budget' => 5 ) + $metadata( '2099-01-01', new stdClass() ) ) );
	}

	public function test_in_doubt_nothing_is_changed(): void {
		$this->gateway_answers( static fn( string $method ): array => 'GET' === $method ? self::answer( 500, '' ) : self::answer( 200, array( 'key' => self::HASH ) ) );
		$outcome = self::writer( self::limited( array( 'max_budget' => 10 ) ) )->write( self::operation( 'keys.update' ), array( 'key' => self::HASH, 'max_budget' => 9.0 ) );
		$this->assertSame( array( 502, null ), array( $outcome->status, $outcome->error->get_error_data()['outcome'] ?? null ) );
		$this->assertSame( array( 'GET' ), array_column( $this->sent, 0 ) );
	}
}
