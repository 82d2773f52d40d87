#!/usr/bin/env node
// The diagrams of the handbook, in both languages from one source: doc/pictures/en/NAME.svg and doc/pictures/zh-CN/NAME.svg.
//
//   diagrams.mjs            writes them; tests/repo/handbook.test.mjs says when that was forgotten
//
// A picture inside a page does not know the page's colours, so each has a ground of its own and follows the system's scheme.
// All are 480 wide, from top to bottom: so their letters can still be read at 400.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const LANGUAGES = [ 'en', 'zh-CN' ];
const WIDTH = 480;
const FONT = 14;
const SMALL = 12.5;

const STYLE = `
text{font:${ SMALL }px system-ui,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;fill:#1e1e1e}
.name{font-size:${ FONT }px;font-weight:600}
.ground{fill:#fff}
.box{fill:#f6f7f7;stroke:#72777c}
.ours{fill:#e5f1fb;stroke:#135e96}
.good{fill:#e6f4ea;stroke:#0a6b2d}
.secret{fill:#fdf3dc;stroke:#8a5a00}
.bad{fill:#fcebea;stroke:#a12622}
.group{fill:none;stroke:#72777c;stroke-dasharray:5 4}
.line{fill:none;stroke:#50575e;stroke-width:1.5}
.maybe{stroke-dasharray:5 4}
.head{fill:#50575e}
@media (prefers-color-scheme:dark){
text{fill:#f0f0f1}
.ground{fill:#1d2327}
.box{fill:#2c3338;stroke:#a7aaad}
.ours{fill:#0a3350;stroke:#72aee6}
.good{fill:#0f3a1f;stroke:#68de7c}
.secret{fill:#43310b;stroke:#f0b849}
.bad{fill:#4a1a1a;stroke:#ff8085}
.group{stroke:#a7aaad}
.line{stroke:#c3c4c7}
.head{fill:#c3c4c7}
}`;

const escaped = ( text ) => text.replaceAll( '&', '&amp;' ).replaceAll( '<', '&lt;' ).replaceAll( '>', '&gt;' ).replaceAll( '"', '&quot;' );

/** About how wide a text is; a little more than it is in the usual fonts. */
const breadth = ( text, size ) => size * [ ...text ].reduce( ( sum, letter ) => sum + ( /[\p{Script=Han}\u3000-\u303f\uff00-\uffef“”…]/u.test( letter ) ? 1 : /[ilj.,:;'|()/ ]/.test( letter ) ? 0.33 : /[A-Z_mwMW]/.test( letter ) ? 0.72 : 0.57 ), 0 );

/** What one diagram is drawn with, in one language; a text is the same in both, or a pair. */
function pen( language ) {
	const out = [];
	const at = LANGUAGES.indexOf( language );
	const words = ( text ) => ( Array.isArray( text ) ? text[ at ] : text );
	const put = ( x, y, text, { name = false, anchor = 'start', room = anchor === 'middle' ? 2 * Math.min( x, WIDTH - x ) : WIDTH - x } = {} ) => {
		const said = words( text );
		const needed = Math.ceil( name ? 1.1 * breadth( said, FONT ) : breadth( said, SMALL ) );
		if ( needed > room ) throw new Error( `${ language }: “${ said }” needs ${ needed } of ${ room }` );
		out.push( `<text x="${ x }" y="${ y }"${ name ? ' class="name"' : '' }${ anchor === 'start' ? '' : ` text-anchor="${ anchor }"` }>${ escaped( said ) }</text>` );
	};
	return {
		out,
		words,
		/** A box with its name, and lines below that. */
		box( kind, x, y, width, height, name, ...lines ) {
			out.push( `<rect class="${ kind }" x="${ x }" y="${ y }" width="${ width }" height="${ height }" rx="4"/>` );
			const first = y + height / 2 - ( lines.length * 17 ) / 2 + 5;
			put( x + width / 2, first, name, { name: true, anchor: 'middle', room: width - 10 } );
			lines.forEach( ( line, index ) => put( x + width / 2, first + 17 * ( index + 1 ), line, { anchor: 'middle', room: width - 10 } ) );
		},
		/** What belongs together, with its name in the upper left corner, or the lower one. */
		group( x, y, width, height, name, { below = false } = {} ) {
			out.push( `<rect class="group" x="${ x }" y="${ y }" width="${ width }" height="${ height }" rx="6"/>` );
			put( x + 10, below ? y + height - 9 : y + 19, name, { room: width - 20 } );
		},
		/** From point to point; the last one has the head. */
		arrow( points, { maybe = false } = {} ) {
			const [ [ fromX, fromY ], [ x, y ] ] = points.slice( -2 );
			const [ dx, dy ] = [ Math.sign( x - fromX ), Math.sign( y - fromY ) ];
			const line = points.slice( 0, -1 ).concat( [ [ x - 6 * dx, y - 6 * dy ] ] );
			out.push( `<path class="line${ maybe ? ' maybe' : '' }" d="M${ line.map( ( point ) => point.join( ' ' ) ).join( 'L' ) }"/>` );
			const corners = [ [ x, y ], [ x - 8 * dx + 4.5 * dy, y - 8 * dy + 4.5 * dx ], [ x - 8 * dx - 4.5 * dy, y - 8 * dy - 4.5 * dx ] ];
			out.push( `<path class="head" d="M${ corners.map( ( point ) => point.join( ' ' ) ).join( 'L' ) }Z"/>` );
		},
		note: put,
	};
}

export const DIAGRAMS = {
	architecture: {
		title: [ 'Browser and applications come through nginx; WordPress asks LiteLLM with the service key', '浏览器和应用都经过 nginx；WordPress 用服务密钥访问 LiteLLM' ],
		desc: [
			'The browser reaches WordPress through nginx and carries no key of the gateway. The PHP route of the plugin asks LiteLLM with the service key. Applications reach LiteLLM through nginx with virtual keys. LiteLLM keeps keys, spend and the log in PostgreSQL, counters and answers in Redis, and calls the providers with their keys.',
			'浏览器经 nginx 访问 WordPress，不带网关的任何密钥。插件的 PHP 路由用服务密钥访问 LiteLLM。应用带着虚拟密钥，经 nginx 访问 LiteLLM。LiteLLM 把密钥、花费和日志存在 PostgreSQL，把计数和缓存的响应存在 Redis，并用服务商密钥调用各家服务商。',
		],
		height: 546,
		draw( { box, arrow, note } ) {
			box( 'box', 16, 16, 216, 72, [ 'Browser', '浏览器' ], [ 'wp-admin with the app of the', '打开 wp-admin，运行插件的' ], [ 'plugin (WebAssembly); no key', '应用（WebAssembly）；没有密钥' ] );
			box( 'box', 248, 16, 216, 72, [ 'Applications', '应用' ], [ 'calls in the form', '按 OpenAI 接口的格式' ], [ 'of OpenAI’s API', '发起调用' ] );
			arrow( [ [ 124, 88 ], [ 124, 124 ] ] );
			arrow( [ [ 372, 88 ], [ 372, 124 ] ] );
			note( 132, 111, [ 'login of WordPress', 'WordPress 登录' ] );
			note( 380, 111, [ 'virtual key', '虚拟密钥' ] );
			box( 'box', 16, 124, 448, 48, 'nginx', [ 'the only way in; which addresses reach what', '唯一的入口；决定哪些地址能访问什么' ] );
			arrow( [ [ 148, 172 ], [ 148, 204 ] ] );
			arrow( [ [ 372, 172 ], [ 372, 366 ] ] );
			note( 380, 264, [ 'calls;', '调用；' ] );
			note( 380, 282, [ 'console', '控制台' ] );
			box( 'ours', 16, 204, 264, 114, [ 'WordPress: route of the plugin', 'WordPress：插件的 PHP 路由' ], [ 'contract.json has who may do what,', 'contract.json 规定谁能做什么、' ], [ 'which values are let through, and', '哪些参数可以传入、' ], [ 'which fields come back', '哪些字段可以返回' ] );
			arrow( [ [ 148, 318 ], [ 148, 366 ] ] );
			note( 156, 346, [ 'service key', '服务密钥' ] );
			box( 'box', 16, 366, 448, 56, [ 'LiteLLM on 127.0.0.1:24157', 'LiteLLM，监听 127.0.0.1:24157' ], [ 'knows who may call what, counts what it costs', '判断谁能调用什么，统计花了多少钱' ] );
			arrow( [ [ 86, 422 ], [ 86, 462 ] ] );
			arrow( [ [ 240, 422 ], [ 240, 462 ] ] );
			arrow( [ [ 372, 422 ], [ 372, 462 ] ] );
			note( 380, 446, [ 'provider keys', '服务商密钥' ] );
			box( 'box', 16, 462, 140, 68, 'PostgreSQL', [ 'keys, spend, log:', '密钥、花费、日志：' ], [ 'not to be lost', '不能丢' ] );
			box( 'box', 170, 462, 140, 68, 'Redis', [ 'counters, kept', '计数、缓存的响应：' ], [ 'answers: may be', '丢了也不要紧' ] );
			box( 'box', 324, 462, 140, 68, [ 'Providers', '服务商' ], 'OpenAI, Anthropic,', 'DeepSeek, …' );
		},
	},

	network: {
		title: [ 'One server: nginx with two names, WordPress, and Docker with LiteLLM, PostgreSQL and Redis', '一台服务器：带两个域名的 nginx、WordPress，以及 Docker 里的 LiteLLM、PostgreSQL 和 Redis' ],
		desc: [
			'From the internet ports 80 and 443 reach nginx, which serves www.example.com from WordPress and litellm.example.com from LiteLLM. There the API is open to everybody with a key and the console to ADMIN_NETWORKS only. WordPress calls LiteLLM on 127.0.0.1:24157 directly. PostgreSQL and Redis are in a Docker network without a way out. LiteLLM calls the providers.',
			'互联网通过 80 和 443 端口到达 nginx：www.example.com 由 WordPress 响应，litellm.example.com 由 LiteLLM 响应。后者的 API 对所有持有密钥的人开放，控制台只对 ADMIN_NETWORKS 开放。WordPress 直接访问 127.0.0.1:24157 上的 LiteLLM。PostgreSQL 和 Redis 在一个没有出口的 Docker 网络里。LiteLLM 调用各家服务商。',
		],
		height: 612,
		draw( { box, group, arrow, note } ) {
			box( 'box', 16, 16, 448, 40, [ 'Internet: browsers and applications', '互联网：浏览器和应用' ] );
			arrow( [ [ 240, 56 ], [ 240, 128 ] ] );
			note( 246, 78, [ 'ports 80 and 443; ufw allows ssh too', '80、443 端口；ufw 另外只放行 ssh' ] );
			group( 8, 92, 464, 432, [ 'one server', '一台服务器' ] );
			box( 'box', 24, 128, 432, 28, 'nginx' );
			box( 'box', 24, 156, 184, 72, 'www.example.com', [ 'the site and wp-admin', '网站和 wp-admin' ] );
			box( 'box', 208, 156, 248, 72, 'litellm.example.com', [ 'API: everybody with a key', 'API：有密钥即可' ], [ 'console: ADMIN_NETWORKS only', '控制台：仅 ADMIN_NETWORKS' ] );
			arrow( [ [ 112, 228 ], [ 112, 292 ] ] );
			arrow( [ [ 342, 228 ], [ 342, 292 ] ] );
			box( 'ours', 24, 292, 184, 72, 'WordPress', [ 'calls 127.0.0.1:24157', '直接访问 127.0.0.1:24157' ], [ 'with the service key', '用服务密钥' ] );
			arrow( [ [ 208, 328 ], [ 244, 328 ] ] );
			group( 228, 252, 232, 260, 'Docker' );
			box( 'box', 244, 292, 200, 72, 'LiteLLM', [ 'published on', '只发布在' ], [ '127.0.0.1:24157 only', '127.0.0.1:24157 上' ] );
			group( 236, 396, 216, 106, [ 'a network without a way out', '没有出口的内部网络' ], { below: true } );
			arrow( [ [ 298, 364 ], [ 298, 408 ] ] );
			arrow( [ [ 400, 364 ], [ 400, 408 ] ] );
			box( 'box', 242, 408, 112, 62, 'PostgreSQL', [ 'published', '不对外' ], [ 'nowhere', '发布' ] );
			box( 'box', 360, 408, 86, 62, 'Redis', [ 'published', '不对外' ], [ 'nowhere', '发布' ] );
			arrow( [ [ 262, 364 ], [ 262, 382 ], [ 112, 382 ], [ 112, 556 ] ] );
			note( 120, 446, [ 'calls, with', '调用，带' ], { room: 100 } );
			note( 120, 464, [ 'provider keys', '服务商密钥' ], { room: 100 } );
			box( 'box', 24, 556, 184, 40, [ 'Providers', '服务商' ] );
		},
	},

	secrets: {
		title: [ 'From the browser to the backup: what each place does, and which secrets lie there', '从浏览器到备份：每一处做什么，又存着哪些机密' ],
		desc: [
			'The browser asks for an operation by its name and has no key of the gateway. WordPress checks who asks and what, and has the service key in wp-config.php. LiteLLM checks keys and limits; its .env has the master key, the salt and the provider keys. PostgreSQL has virtual keys as hashes only, and the provider keys of the console encrypted. The backup has the database and .env, encrypted when BACKUP_RECIPIENT is set.',
			'浏览器按名称请求操作，没有网关的任何密钥。WordPress 检查谁在请求、请求什么；服务密钥在 wp-config.php 里。LiteLLM 检查密钥和限制；主密钥、盐值和服务商密钥在它的 .env 里。PostgreSQL 里的虚拟密钥只有哈希，在控制台录入的服务商密钥是加密的。备份里有数据库和 .env，设置 BACKUP_RECIPIENT 之后才会加密。',
		],
		height: 584,
		draw( { box, arrow, note } ) {
			note( 131, 24, [ 'the way of a request', '请求经过的地方' ], { anchor: 'middle' } );
			note( 365, 24, [ 'the secrets that lie there', '那里存着的机密' ], { anchor: 'middle' } );
			const rows = [
				[ 'box', [ [ 'Browser', '浏览器' ], [ 'asks for an operation by name', '按名称请求一项操作' ] ], [ [ 'no key', '没有密钥' ], [ 'its login of WordPress', '只有 WordPress 的登录' ] ], [ 'HTTPS: cookie and nonce', 'HTTPS：cookie 和 nonce' ] ],
				[ 'ours', [ [ 'WordPress: the plugin', 'WordPress：插件' ], [ 'checks who asks, and each value;', '检查谁在请求、每个参数；' ], [ 'passes on a fixed list', '只转发固定清单里的操作' ] ], [ 'wp-config.php', [ 'service key', '服务密钥' ] ], [ 'loopback or HTTPS: service key', '回环地址或 HTTPS：服务密钥' ] ],
				[ 'box', [ [ 'LiteLLM', 'LiteLLM' ], [ 'checks keys, limits, budgets;', '检查密钥、限制和预算；' ], [ 'applications bring virtual keys', '应用带着虚拟密钥直接到这里' ] ], [ [ '.env, mode 600', '.env，权限 600' ], [ 'master key, salt,', '主密钥、盐值、' ], [ 'provider keys', '服务商密钥' ] ], [ 'network without a way out', '没有出口的内部网络' ] ],
				[ 'box', [ 'PostgreSQL', [ 'keys, teams, spend, log', '密钥、团队、花费、日志' ] ], [ [ 'nothing in clear', '读不出明文' ], [ 'virtual keys: hashes only;', '虚拟密钥：只有哈希；' ], [ 'console’s keys: encrypted', '控制台录入的：用盐值加密' ] ], [ 'each night', '每晚一次' ] ],
				[ 'box', [ [ 'Backup', '备份' ], [ 'copy it to another machine', '请复制到另一台机器' ] ], [ [ 'database and .env', '数据库和 .env' ], [ 'encrypted, once you set', '设置 BACKUP_RECIPIENT' ], [ 'BACKUP_RECIPIENT', '之后才会加密' ] ] ],
			];
			rows.forEach( ( [ kind, place, secret, way ], index ) => {
				const y = 38 + index * 114;
				box( kind, 12, y, 238, 74, ...place );
				box( 'secret', 266, y, 202, 74, ...secret );
				if ( way ) {
					arrow( [ [ 131, y + 74 ], [ 131, y + 114 ] ], { maybe: index === 3 } );
					note( 140, y + 98, way );
				}
			} );
		},
	},

	upgrade: {
		title: [ 'An upgrade step by step, and where it goes back to', '升级的每一步，以及失败时回到哪里' ],
		desc: [
			'upgrade.sh takes a backup and fetches the image; when one of these fails, nothing was changed. It stops the gateway, copies the database inside PostgreSQL, puts the new files in place and starts the new gateway, which migrates the database; then it makes a real call. When anything of that fails, image, files, settings and database are put back by themselves, also by the next run after the machine stopped. From the new version, rollback.sh goes back later, keeping the database or restoring the one from before.',
			'upgrade.sh 先备份、拉取镜像；这两步失败时，什么都没有改动。然后停下网关，在 PostgreSQL 内部复制数据库，放好新文件，启动新网关并迁移数据库，再实际发起一次调用。其中任何一步失败，镜像、文件、设置和数据库都会自动恢复；中途机器停了，下一次运行也会先恢复。升级成功之后，可以用 rollback.sh 回滚：保留现在的数据库，或者恢复升级之前的那个。',
		],
		height: 640,
		draw( { box, arrow, note } ) {
			const left = [
				[ 'good', [ 'The former version runs', '旧版本在运行' ] ],
				[ 'box', [ 'Backup', '备份' ], [ 'read back and checked', '写完再读回检查' ] ],
				[ 'box', [ 'Fetch the image', '拉取镜像' ], [ 'and check its signature', '并核对签名' ] ],
				[ 'box', [ 'Stop; copy the database', '停下网关，复制数据库' ], [ 'inside PostgreSQL', '在 PostgreSQL 内部' ] ],
				[ 'box', [ 'New files, new gateway', '新文件、新网关' ], [ 'it migrates the database', '启动时迁移数据库' ] ],
				[ 'box', [ 'Verify', '检查' ], [ 'ready, and a real call', '就绪，并实际调用一次' ] ],
				[ 'good', [ 'The new version runs', '新版本在运行' ], [ 'the copy is deleted', '删除复制的数据库' ] ],
			];
			left.forEach( ( [ kind, ...texts ], index ) => {
				const y = 16 + index * 84;
				box( kind, 16, y, 228, 52, ...texts );
				if ( index ) arrow( [ [ 130, y - 32 ], [ 130, y ] ] );
			} );
			box( 'bad', 296, 120, 168, 82, [ 'Nothing changed', '什么都没改' ], [ 'the former version', '旧版本' ], [ 'runs on', '继续运行' ] );
			arrow( [ [ 244, 136 ], [ 296, 136 ] ], { maybe: true } );
			arrow( [ [ 244, 190 ], [ 296, 190 ] ], { maybe: true } );
			note( 252, 130, [ 'fails', '失败' ], { room: 44 } );
			box( 'bad', 296, 300, 168, 176, [ 'Back by itself', '自动恢复' ], [ 'image, files, settings', '镜像、文件、设置，' ], [ 'and the database', '还有数据库' ], [ 'Machine stopped?', '机器中途停了？' ], [ 'Run upgrade.sh again:', '再运行 upgrade.sh：' ], [ 'it first goes back', '它会先恢复' ] );
			for ( const y of [ 312, 378, 460 ] ) arrow( [ [ 244, y ], [ 296, y ] ], { maybe: true } );
			note( 252, 306, [ 'fails', '失败' ], { room: 44 } );
			for ( const y of [ 388, 566 ] ) arrow( [ [ 464, y ], [ 474, y ], [ 474, 42 ], [ 244, 42 ] ] );
			arrow( [ [ 380, 120 ], [ 380, 60 ], [ 244, 60 ] ] );
			box( 'box', 296, 508, 168, 116, 'rollback.sh', [ 'later, if you must:', '以后需要时：' ], '--keep-database', [ 'or', '或' ], '--restore-database' );
			arrow( [ [ 244, 546 ], [ 296, 546 ] ], { maybe: true } );
		},
	},

	monitoring: {
		title: [ 'Two ways to see: Prometheus with Grafana and Alertmanager, and the pages of the plugin', '两条监控路径：Prometheus 加 Grafana 与 Alertmanager，以及插件的页面' ],
		desc: [
			'Prometheus asks LiteLLM for metrics, with a key of its own, and the exporters and probes. Grafana draws them, Alertmanager sends alerts to receivers, and to WordPress where it is one of them. The plugin asks LiteLLM for spend and calls, shows them on its pages, and tells of alerts by e-mail or webhook.',
			'Prometheus 用专用的密钥向 LiteLLM 读取指标，也读取各个导出器和探测的结果。Grafana 绘制图表，Alertmanager 把告警发给接收者；WordPress 也可以是接收者之一。插件向 LiteLLM 查询花费和调用，显示在页面上，并用邮件或 webhook 发出告警。',
		],
		height: 476,
		draw( { box, group, arrow, note } ) {
			group( 8, 12, 308, 452, [ 'of the kit: --with-observability', '套件提供：--with-observability' ] );
			group( 328, 12, 144, 452, [ 'of the plugin', '插件提供' ] );
			box( 'box', 20, 44, 136, 76, 'LiteLLM', '/metrics/,', [ 'a key of its own', '用专用的密钥' ] );
			box( 'box', 168, 44, 136, 76, [ 'Exporters', '导出器' ], [ 'server, containers,', '服务器、容器、' ], [ 'probes', '探测' ] );
			arrow( [ [ 88, 120 ], [ 88, 156 ] ] );
			arrow( [ [ 236, 120 ], [ 236, 156 ] ] );
			box( 'box', 20, 156, 284, 60, 'Prometheus :9090', [ 'recorded figures, rules of alerts', '预先算好的指标、告警规则' ] );
			arrow( [ [ 88, 216 ], [ 88, 252 ] ] );
			arrow( [ [ 236, 216 ], [ 236, 252 ] ] );
			box( 'box', 20, 252, 136, 60, 'Grafana :3000', [ 'dashboards', '仪表盘' ] );
			box( 'box', 168, 252, 136, 60, [ 'Alertmanager', 'Alertmanager' ], ':9093' );
			arrow( [ [ 88, 312 ], [ 88, 366 ] ] );
			arrow( [ [ 236, 312 ], [ 236, 366 ] ] );
			box( 'good', 20, 366, 136, 82, [ 'You', '您' ], [ 'through ssh -L', '通过 ssh -L 查看' ] );
			box( 'good', 168, 366, 136, 82, [ 'Receivers', '接收者' ], [ 'critical: now', 'critical：立即处理' ], [ 'warning: today', 'warning：当天处理' ] );
			box( 'box', 338, 44, 124, 76, 'LiteLLM', [ 'spend, calls', '花费、调用' ] );
			arrow( [ [ 400, 120 ], [ 400, 156 ] ] );
			box( 'ours', 338, 156, 124, 60, [ 'Plugin', '插件' ], [ 'asks with its key', '用服务密钥查询' ] );
			arrow( [ [ 400, 216 ], [ 400, 252 ] ] );
			box( 'ours', 338, 252, 124, 60, [ 'Pages', '页面' ], [ 'Overview, Alerts', '概览、告警等' ] );
			arrow( [ [ 304, 282 ], [ 338, 282 ] ], { maybe: true } );
			arrow( [ [ 400, 312 ], [ 400, 366 ] ] );
			box( 'good', 338, 366, 124, 82, [ 'You', '您' ], [ 'e-mail, webhook', '邮件、webhook' ] );
		},
	},
};

export function svg( name, language ) {
	const { title, desc, height, draw } = DIAGRAMS[ name ];
	const tools = pen( language );
	draw( tools );
	return `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="${ language }" width="${ WIDTH }" height="${ height }" viewBox="0 0 ${ WIDTH } ${ height }" role="img" aria-labelledby="title desc">
<title id="title">${ escaped( tools.words( title ) ) }</title>
<desc id="desc">${ escaped( tools.words( desc ) ) }</desc>
<style>${ STYLE }
</style>
<rect class="ground" width="${ WIDTH }" height="${ height }" rx="8"/>
${ tools.out.join( '\n' ) }
</svg>
`;
}

if ( process.argv[ 1 ] === fileURLToPath( import.meta.url ) ) {
	const pictures = join( dirname( fileURLToPath( import.meta.url ) ), '../../doc/pictures' );
	for ( const language of LANGUAGES ) {
		mkdirSync( join( pictures, language ), { recursive: true } );
		for ( const name of Object.keys( DIAGRAMS ) ) writeFileSync( join( pictures, language, `${ name }.svg` ), svg( name, language ) );
	}
}
