/** A browser whose WebGPU runs in software: correctness only, no timing of it means anything. */
export const withSoftwareAdapter = {
  executablePath: process.env.TWINPOOL_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless=new',
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--enable-features=Vulkan',
  ],
  ignoreDefaultArgs: ['--disable-gpu'],
};
